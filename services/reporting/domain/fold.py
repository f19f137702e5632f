"""An aggregate as reporting keeps it: its state, how far that goes, and its shares of the days."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cached_property

import msgspec

from contracts.facts import Fact
from contracts.topics import Topic
from services.reporting.domain.folding import STARTS, folded
from services.reporting.domain.shares import Shares, Sums, add
from services.reporting.domain.slots import slot_of
from services.reporting.domain.states import State
from services.reporting.measures import shares_of_state


class Line(msgspec.Struct, frozen=True, order=True):
    """An aggregate of an organization; all its facts are on one topic."""

    org_id: str
    topic: Topic
    aggregate_id: str


class Spoken(msgspec.Struct, frozen=True):
    """A fact with its place in its aggregate's line and the time it happened."""

    sequence: int
    at: datetime
    fact: Fact


class Fold(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """The working document. ``sequence`` is that of the last fact that changed the state.

    ``shares`` are what the day documents hold of it: kept, not computed again, so that they can be
    taken away even where the measures have changed since.
    """

    line: Line
    sequence: int
    state: State
    shares: Shares

    @cached_property
    def slot(self) -> int:
        """The part of the day documents it adds to."""
        return slot_of(self.line.org_id, self.line.aggregate_id)


def empty(line: Line) -> Fold:
    """Before the first fact."""
    return Fold(line=line, sequence=0, state=STARTS[line.topic], shares=())


def advanced(fold: Fold, facts: Iterable[Spoken]) -> Fold:
    """The fold after more facts of its line, in order; those it has seen are passed over.

    The same object if nothing changed.
    """
    state, sequence = fold.state, fold.sequence
    for one in facts:
        if one.sequence > sequence:
            after = folded(state, one.fact, one.at)
            if after is not state:
                state, sequence = after, one.sequence
    if state is fold.state:
        return fold
    return Fold(line=fold.line, sequence=sequence, state=state, shares=shares_of_state(state))


class Change(msgspec.Struct, frozen=True):
    """What a batch changes: the folds as they are now, and what the day documents gain or lose."""

    folds: tuple[Fold, ...]
    sums: Sums


def changed(known: Mapping[Line, Fold], facts: Mapping[Line, Iterable[Spoken]]) -> Change:
    """Fold every line's facts; ``known`` are the folds that exist already."""
    folds: list[Fold] = []
    sums: Sums = {}
    for line, spoken in facts.items():
        before = known.get(line) or empty(line)
        after = advanced(before, spoken)
        if after is not before:
            folds.append(after)
            move(sums, before, after)
    return Change(tuple(folds), sums)


def move(sums: Sums, before: Fold, after: Fold) -> None:
    """Take the old shares of an aggregate away and add the new ones."""
    if before.shares != after.shares:
        where = (after.line.org_id, after.slot)
        add(sums, before.shares, where, sign=-1)
        add(sums, after.shares, where)
