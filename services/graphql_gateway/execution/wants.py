"""What one level of an answer wants to have read next, gathered before anything is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from services.graphql_gateway.execution.bindings import Asked, Folded, Many, ObjectBinding, Row
from services.graphql_gateway.execution.selection import Pick

Out = dict[str, Any]
"""One object of the answer: answer key to value; an exception stands for a field's error."""


@dataclass(slots=True)
class Job:
    """Rows of one type, what is asked of them, and the objects to fill, in the same order."""

    kind: ObjectBinding
    picks: Sequence[Pick]
    rows: list[Row]
    outs: list[Out]


@dataclass(slots=True)
class RefWant:
    """Objects of one type by key: ``keys[i]`` belongs under ``pick.key`` of ``outs[i]``.

    A key may be a list of keys; it is answered by the list of those that are in sight.
    """

    kind: str
    pick: Pick
    outs: list[Out]
    keys: list[Any]

    @property
    def ids(self) -> set[str]:
        """Every key that is wanted."""
        found: set[Any] = set()
        for key in self.keys:
            found.update(key if isinstance(key, list | tuple) else [key])
        return found - {None}


@dataclass(slots=True)
class ManyWant:
    """A connection below each of these rows."""

    kind: ObjectBinding
    pick: Pick
    binding: Many
    rows: list[Row]
    outs: list[Out]


@dataclass(slots=True)
class FoldWant:
    """A fold under one object."""

    pick: Pick
    binding: Folded
    out: Out


@dataclass(slots=True)
class AskWant:
    """A question to an owner, answered under one object."""

    pick: Pick
    binding: Asked
    out: Out


@dataclass(slots=True)
class Wants:
    """Everything one level wants; references are read once per type, whoever asks."""

    refs: dict[str, list[RefWant]] = field(default_factory=dict)
    many: list[ManyWant] = field(default_factory=list)
    folds: list[FoldWant] = field(default_factory=list)
    asks: list[AskWant] = field(default_factory=list)

    def ref(self, want: RefWant) -> None:
        """Want objects of a type."""
        self.refs.setdefault(want.kind, []).append(want)
