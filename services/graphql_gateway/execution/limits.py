"""Limits on the text of an operation, counted before it is validated (INVARIANTS S5).

Fragments count as often as they are spread, because that is how often they are executed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
)

from contracts.refusals import Refusal, RefusalCode

INTROSPECTION_DEPTH = 20
"""The standard introspection query nests the types of types this deep."""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What one operation may be. ``cost`` is in the points of execution/cost."""

    depth: int = 12
    aliases: int = 30
    directives: int = 30
    fields: int = 2_000
    tokens: int = 4_000
    cost: int = 5_000


@dataclass(frozen=True)
class Size:
    """What a selection amounts to, fragments expanded."""

    depth: int = 0
    fields: int = 0
    aliases: int = 0
    directives: int = 0

    def beside(self, other: Size) -> Size:
        """Two selections next to each other."""
        return Size(
            max(self.depth, other.depth),
            self.fields + other.fields,
            self.aliases + other.aliases,
            self.directives + other.directives,
        )


class _Measure:
    def __init__(self, document: DocumentNode) -> None:
        self._fragments = {
            each.name.value: each.selection_set
            for each in document.definitions
            if isinstance(each, FragmentDefinitionNode)
        }
        self._known: dict[str, Size] = {}

    def of(self, selections: SelectionSetNode | None) -> Size:
        total = Size()
        for each in selections.selections if selections else ():
            total = total.beside(self._one(each))
        return total

    def _one(self, node: SelectionNode) -> Size:
        directives = len(node.directives or ())
        if isinstance(node, FragmentSpreadNode):
            return self._spread(node.name.value).beside(Size(directives=directives))
        inner = self.of(getattr(node, "selection_set", None))
        if not isinstance(node, FieldNode):
            return inner.beside(Size(directives=directives))
        own = Size(inner.depth + 1, 1, int(node.alias is not None), directives)
        return inner.beside(own)

    def _spread(self, name: str) -> Size:
        if name not in self._known:
            self._known[name] = Size()  # a circle adds nothing here; validation refuses it
            self._known[name] = self.of(self._fragments.get(name))
        return self._known[name]


def check(document: DocumentNode, limits: Limits) -> None:
    """Refusal QueryTooDeep or QueryTooLarge, with the limit's value."""
    measure = _Measure(document)
    for each in document.definitions:
        if isinstance(each, OperationDefinitionNode):
            _check_size(measure.of(each.selection_set), limits, _deepest(each, limits))


def _deepest(operation: OperationDefinitionNode, limits: Limits) -> int:
    asked = operation.selection_set.selections
    names = {each.name.value for each in asked if isinstance(each, FieldNode)}
    return INTROSPECTION_DEPTH if names and names <= {"__schema", "__type"} else limits.depth


def _check_size(size: Size, limits: Limits, deepest: int) -> None:
    if size.depth > deepest:
        raise _too_much(RefusalCode.QUERY_TOO_DEEP, "levels", (size.depth, deepest))
    for name, is_now, most in _counts(size, limits):
        if is_now > most:
            raise _too_much(RefusalCode.QUERY_TOO_LARGE, name, (is_now, most))


def _counts(size: Size, limits: Limits) -> Iterable[tuple[str, int, int]]:
    yield "aliases", size.aliases, limits.aliases
    yield "directives", size.directives, limits.directives
    yield "fields", size.fields, limits.fields


def _too_much(code: RefusalCode, what: str, found: tuple[int, int]) -> Refusal:
    is_now, most = found
    return Refusal(
        code, f"The operation has {is_now} {what}; {most} are allowed.", data={"limit": most}
    )
