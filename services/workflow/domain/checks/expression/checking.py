"""Checks the types of an expression: a word that does not exist or does not fit is refused at save."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import regex

from services.workflow.domain.checks.expression.parsing import Node

Signature = tuple[tuple[str, ...], str]

_NUMBERS: Final = ("int", "double")
_SAME_TWICE: Final = {
    "+": (*_NUMBERS, "string"),
    "-": _NUMBERS,
    "*": _NUMBERS,
    "/": _NUMBERS,
    "%": ("int",),
}
_ORDERED: Final = (*_NUMBERS, "string")
_FUNCTIONS: Final[dict[tuple[str, bool], tuple[Signature, ...]]] = {
    ("size", False): ((("string",), "int"), (("list",), "int")),
    ("size", True): ((("string",), "int"), (("list",), "int")),
    ("contains", True): ((("string", "string"), "bool"),),
    ("startsWith", True): ((("string", "string"), "bool"),),
    ("endsWith", True): ((("string", "string"), "bool"),),
    ("matches", True): ((("string", "string"), "bool"),),
    ("int", False): ((("double",), "int"),),
    ("double", False): ((("int",), "double"),),
    ("string", False): ((("int",), "string"), (("double",), "string"), (("bool",), "string")),
}
_MACROS: Final = {"all": "bool", "exists": "bool", "exists_one": "bool", "filter": "", "map": ""}


class TypeProblem(ValueError):  # noqa: N818 - what is wrong with what a person wrote
    """A name that does not exist, or a type that does not fit."""


def check_types(tree: Node, names: Mapping[str, str], *, most_macros: int) -> str:
    """The type of the expression; raises TypeProblem."""
    if _macros(tree) > most_macros:
        raise TypeProblem(f"At most {most_macros} of {', '.join(_MACROS)} in one expression.")
    return _Checker(names).type_of(tree)


def _macros(tree: Node) -> int:
    own = tree.kind == "call" and tree.is_method and tree.name in _MACROS
    return own + sum(_macros(part) for part in tree.parts)


class _Checker:
    """Types from the leaves up; ``names`` are the variables in sight."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self._names = names

    def type_of(self, tree: Node) -> str:
        """The type of one part."""
        match tree.kind:
            case "name":
                return self._name(tree.name)
            case "list":
                return f"list({self._same(tree.parts)})"
            case "index":
                return self._index(tree)
            case "if":
                return self._choice(tree)
            case "call":
                return self._call(tree)
        return tree.kind

    def _name(self, name: str) -> str:
        if name not in self._names:
            raise TypeProblem(f"There is no {name!r}; there are {', '.join(sorted(self._names))}.")
        return self._names[name]

    def _same(self, parts: tuple[Node, ...]) -> str:
        types = {self.type_of(part) for part in parts}
        if len(types) != 1:
            raise TypeProblem("A list holds values of one type, and at least one.")
        return types.pop()

    def _index(self, tree: Node) -> str:
        held, place = (self.type_of(part) for part in tree.parts)
        if not held.startswith("list(") or place != "int":
            raise TypeProblem(f"A {held} has no place numbered by a {place}.")
        return held[5:-1]

    def _choice(self, tree: Node) -> str:
        self._must_be(tree.parts[0], "bool")
        return self._same(tree.parts[1:])

    def _must_be(self, part: Node, wanted: str) -> None:
        found = self.type_of(part)
        if found != wanted:
            raise TypeProblem(f"A {wanted} has to stand where a {found} does.")

    def _call(self, tree: Node) -> str:
        if tree.is_method and tree.name in _MACROS:
            return self._macro(tree)
        if (tree.name, tree.is_method) in _FUNCTIONS:
            return self._function(tree)
        return self._operator(tree, [self.type_of(part) for part in tree.parts])

    def _function(self, tree: Node) -> str:
        given = tuple(self.type_of(part).split("(")[0] for part in tree.parts)
        for wanted, result in _FUNCTIONS[tree.name, tree.is_method]:
            if given == wanted:
                _check_pattern(tree)
                return result
        raise TypeProblem(f"{tree.name} does not take {', '.join(given) or 'nothing'}.")

    def _macro(self, tree: Node) -> str:
        if len(tree.parts) != 3 or tree.parts[1].kind != "name":
            raise TypeProblem(f"{tree.name} takes a name and what holds of it.")
        held = self.type_of(tree.parts[0])
        if not held.startswith("list("):
            raise TypeProblem(f"{tree.name} goes over a list, not over a {held}.")
        inner = _Checker({**self._names, tree.parts[1].name: held[5:-1]})
        if tree.name == "map":
            return f"list({inner.type_of(tree.parts[2])})"
        inner._must_be(tree.parts[2], "bool")
        return _MACROS[tree.name] or held

    def _operator(self, tree: Node, given: list[str]) -> str:
        found = _result(tree.name, given)
        if not found:
            shown = tree.name if tree.name in _SIGNS else f"a function {tree.name!r}"
            raise TypeProblem(f"There is no {shown} for {' and '.join(given) or 'nothing'}.")
        return found


_SIGNS: Final = frozenset(
    {*_SAME_TWICE, "&&", "||", "==", "!=", "<", "<=", ">", ">=", "in", "not", "minus"}
)


def _result(sign: str, given: list[str]) -> str:
    """The type an operator gives; empty if it takes none of this."""
    if len(given) == 1:
        return _of_one(sign, given[0])
    return _of_two(sign, *given) if len(given) == 2 else ""


def _of_one(sign: str, given: str) -> str:
    takes = {"not": ("bool",), "minus": _NUMBERS}.get(sign, ())
    return given if given in takes else ""


def _of_two(sign: str, one: str, other: str) -> str:
    if sign == "in":
        return "bool" if other == f"list({one})" else ""
    if one != other:
        return ""
    if sign in _SAME_TWICE:
        return one if one in _SAME_TWICE[sign] else ""
    takes = {"&&": ("bool",), "||": ("bool",), "==": (one,), "!=": (one,)}.get(sign, _ORDERED)
    return "bool" if sign in _SIGNS and one in takes else ""


def _check_pattern(tree: Node) -> None:
    """A pattern is written out, so that a bad one is found now."""
    if tree.name != "matches":
        return
    pattern = tree.parts[1]
    if pattern.kind != "string":
        raise TypeProblem("The pattern of matches is written out as text.")
    try:
        regex.compile(pattern.name.lstrip("r")[1:-1])
    except regex.error as wrong:
        raise TypeProblem(f"This is no pattern: {wrong}.") from wrong
