"""Reads CEL into a small tree, for its types: the library that runs it shows no tree of its own.

The grammar is that of the CEL language definition without messages, maps and bytes, which no rule over
a post needs. Whatever is not read here is refused at save.
"""

from __future__ import annotations

from typing import Final

import msgspec
import regex

DEEPEST: Final = 40

_TOKEN: Final = regex.compile(
    r"""\s*(?:(?P<float>\d+\.\d+(?:[eE][+-]?\d+)?)|(?P<int>\d+)
    |(?P<string>r?"(?:[^"\\\n]|\\.)*"|r?'(?:[^'\\\n]|\\.)*')
    |(?P<name>[A-Za-z_]\w*)|(?P<sign>&&|\|\||==|!=|<=|>=|[-+*/%<>!?:.,()\[\]]))""",
    regex.VERBOSE,
)
_LEVELS: Final[tuple[frozenset[str], ...]] = (
    frozenset({"||"}),
    frozenset({"&&"}),
    frozenset({"==", "!=", "<", "<=", ">", ">=", "in"}),
    frozenset({"+", "-"}),
    frozenset({"*", "/", "%"}),
)


class NotCel(ValueError):  # noqa: N818 - what is wrong with what a person wrote
    """The expression cannot be read; the sentence says where."""


class Node(msgspec.Struct, frozen=True):
    """One part: ``kind`` is a literal's type, name, call, list, index or if.

    ``name`` is the word or operator; a method's target is its first part.
    """

    kind: str
    name: str
    parts: tuple[Node, ...] = ()
    is_method: bool = False


class _Token(msgspec.Struct, frozen=True):
    kind: str
    text: str
    at: int


def parse(source: str) -> Node:
    """The tree; raises NotCel."""
    return _Parser(_tokens(source)).whole()


def _tokens(source: str) -> list[_Token]:
    found, at = [], 0
    while source[at:].strip():
        match = _TOKEN.match(source, at)
        if match is None or match.lastgroup is None:
            raise NotCel(f"Character {at + 1} cannot stand here: {source[at : at + 10]!r}.")
        found.append(_Token(match.lastgroup, match.group(match.lastgroup), match.start()))
        at = match.end()
    return [*found, _Token("end", "the end", len(source))]


class _Parser:
    """Recursive descent, one method a rule of the grammar."""

    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens, self._at, self._depth = tokens, 0, 0

    def whole(self) -> Node:
        """The expression, and nothing after it."""
        found = self._expression()
        if self._next.kind != "end":
            raise self._unexpected()
        return found

    @property
    def _next(self) -> _Token:
        return self._tokens[self._at]

    def _take(self) -> _Token:
        token = self._next
        self._at += token.kind != "end"
        return token

    def _is(self, *texts: str) -> bool:
        return self._next.kind in {"sign", "name"} and self._next.text in texts

    def _want(self, text: str) -> None:
        if not self._is(text):
            raise self._unexpected()
        self._take()

    def _unexpected(self) -> NotCel:
        return NotCel(f"Unexpected {self._next.text!r} at character {self._next.at + 1}.")

    def _expression(self) -> Node:
        self._depth += 1
        if self._depth > DEEPEST:
            raise NotCel(f"The expression is nested more than {DEEPEST} deep.")
        found = self._binary(0)
        if self._is("?"):
            self._take()
            then = self._expression()
            self._want(":")
            found = Node("if", "?:", (found, then, self._expression()))
        self._depth -= 1
        return found

    def _binary(self, level: int) -> Node:
        if level == len(_LEVELS):
            return self._unary()
        found = self._binary(level + 1)
        while self._is(*_LEVELS[level]):
            sign = self._take().text
            found = Node("call", sign, (found, self._binary(level + 1)))
        return found

    def _unary(self) -> Node:
        signs = []
        while self._is("!", "-"):
            signs.append(self._take().text)
        if len(signs) > DEEPEST:
            raise NotCel(f"The expression is nested more than {DEEPEST} deep.")
        found = self._member()
        for sign in reversed(signs):
            found = Node("call", "not" if sign == "!" else "minus", (found,))
        return found

    def _member(self) -> Node:
        found = self._primary()
        while self._is(".", "["):
            if self._take().text == ".":
                found = self._method(found)
            else:
                found = Node("index", "[]", (found, self._expression()))
                self._want("]")
        return found

    def _method(self, target: Node) -> Node:
        name = self._take()
        if name.kind != "name":
            raise NotCel(f"A word has to follow the point at character {name.at + 1}.")
        if not self._is("("):
            raise NotCel(f"There is no field {name.text!r}; names are written without a point.")
        return Node("call", name.text, (target, *self._arguments("(", ")")), is_method=True)

    def _primary(self) -> Node:
        if self._is("("):
            self._take()
            found = self._expression()
            self._want(")")
            return found
        if self._is("["):
            return Node("list", "[]", self._arguments("[", "]"))
        token = self._next
        if token.kind in {"int", "float", "string", "name"}:
            self._take()
            return self._word(token)
        raise self._unexpected()

    def _word(self, token: _Token) -> Node:
        if token.kind != "name":
            return Node({"float": "double"}.get(token.kind, token.kind), token.text)
        if token.text in {"true", "false"}:
            return Node("bool", token.text)
        if self._is("("):
            return Node("call", token.text, self._arguments("(", ")"))
        return Node("name", token.text)

    def _arguments(self, opens: str, closes: str) -> tuple[Node, ...]:
        self._want(opens)
        found: list[Node] = []
        while not self._is(closes):
            found.append(self._expression())
            if not self._is(closes):
                self._want(",")
        self._want(closes)
        return tuple(found)
