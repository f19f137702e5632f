"""What folding needs of the store."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Protocol, TypeVar

from chassis.ports import BatchWork, Delivered
from services.reporting.domain.fold import Change, Fold, Line, Spoken
from services.reporting.domain.shares import Sums

T = TypeVar("T")
Logged = list[tuple[Line, list[Spoken]]]
"""Lines with all their facts, in order."""


class Folds(Protocol):
    """The read models, inside the transaction of a batch; a constant number of calls each."""

    def log(self, delivered: Sequence[Delivered]) -> None:
        """Keep the facts, without what is personal."""
        ...

    def load(self, lines: Collection[Line]) -> dict[Line, Fold]:
        """Those folds that exist, of the live generation, and the promise that it stays live."""
        ...

    def save(self, change: Change) -> None:
        """Store the folds, and add the sums to the day documents."""
        ...


FoldsOf = Callable[[BatchWork], Folds]


class Build(Protocol):
    """A new generation of one organization's folds, unseen until it is swapped in."""

    def logged(self) -> Iterator[Logged]:
        """Everything in the log, in batches of whole lines."""
        ...

    def facts_of(self, lines: Sequence[Line]) -> Logged:
        """Everything the log holds of these."""
        ...

    def put(self, folds: Sequence[Fold]) -> None:
        """Store folds of this generation."""
        ...

    def behind(self) -> list[Line]:
        """Lines whose fold is not as far here as in the live generation."""
        ...

    def sums(self) -> Sums:
        """The sum of the shares of all folds of this generation."""
        ...

    def go_live(self, sums: Sums) -> None:
        """Replace the day documents, and make this the live generation."""
        ...

    def alone(self, fn: Callable[[], T]) -> T:
        """Run ``fn`` in one transaction in which no batch changes this organization.

        Conflict if a newer build of the organization has begun.
        """
        ...

    def forget_others(self) -> None:
        """Delete the folds of generations that were replaced."""
        ...
