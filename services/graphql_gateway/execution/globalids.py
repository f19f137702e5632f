"""Relay ids of arguments: what a client sends to name an object."""

from __future__ import annotations

from chassis.ids import parse_public_id, public_id
from contracts.refusals import Refusal, RefusalCode

__all__ = ["known_id", "parsed", "public_id", "stored_id"]


def parsed(text: str) -> tuple[str, str] | None:
    """(type, id), or None if it is no global id: nothing can exist under it."""
    try:
        return parse_public_id(text)
    except ValueError:
        return None


def stored_id(text: str, type_name: str, field: tuple[str, ...] = ()) -> str:
    """The stored id behind a global id of this type; Refusal InvalidArgument for anything else."""
    found = parsed(text)
    if found is None or found[0] != type_name:
        raise Refusal(
            RefusalCode.INVALID_ARGUMENT, f"This is not the id of a {type_name}.", field=field
        )
    return found[1]


def known_id(text: str, type_name: str) -> str:
    """The stored id, or one that matches nothing.

    What is no id of that type exists as little as another organization's object does.
    """
    found = parsed(text)
    return found[1] if found is not None and found[0] == type_name else ""
