"""The registry of commands: orders that people and services give to the owner of some state.

Grammar: imperative CamelCase (``ClaimConversation``); sent as ``POST /commands/<Name>`` with the
JSON of the struct, answered with the JSON of its ``Answer`` or with a problem document (RFC 9457).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, Final, TypeVar

import msgspec

from contracts.permissions import Permission


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What the owner says after a command took effect: ids and the new state."""


class Done(Answer, frozen=True, kw_only=True):
    """The aggregate that changed, its revision and its state after the command."""

    id: str
    rev: int = 0
    state: str = ""


class Command(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An order. ``PERMISSION`` is None for orders that only services give each other.

    ``IS_QUESTION``: it changes nothing that anybody could tell; no record of the call is kept, and
    it may be repeated at will.
    """

    OWNER: ClassVar[str] = ""
    PERMISSION: ClassVar[Permission | None] = None
    ANSWER: ClassVar[type[Answer]] = Done
    IS_QUESTION: ClassVar[bool] = False


C = TypeVar("C", bound=Command)

COMMANDS: Final[dict[str, type[Command]]] = {}


def command(
    owner: str,
    permission: Permission | None,
    answer: type[Answer] = Done,
    *,
    is_question: bool = False,
) -> Callable[[type[C]], type[C]]:
    """Register a command class with its owner, the permission it needs and its answer."""

    def register(cls: type[C]) -> type[C]:
        cls.OWNER, cls.PERMISSION, cls.ANSWER = owner, permission, answer
        cls.IS_QUESTION = is_question
        if cls.__name__ in COMMANDS:
            raise ValueError(f"{cls.__name__} is registered twice")
        COMMANDS[cls.__name__] = cls
        return cls

    return register
