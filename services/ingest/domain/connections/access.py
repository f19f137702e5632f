"""What a connector is handed to act for a channel, and what it finds out about the account."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from contracts.ingest import MediaRules


class Access(msgspec.Struct, frozen=True, kw_only=True):
    """A server, an account on it, and the opened credentials. Never stored, logged or printed."""

    base_url: str
    credentials: Mapping[str, str]
    external_account_id: str = ""
    handle: str = ""

    def __repr__(self) -> str:
        """Without the credentials, because representations end up in logs."""
        return f"Access({self.base_url!r}, {self.handle!r})"


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """The account that the credentials open.

    ``text_limit`` in the platform's own units (``None``: no limit known); ``media`` is what this
    server lets a post carry, None: what the connector declares; ``note`` is a sentence
    for the steward; ``renewed`` are credentials to store beside those that were given.
    """

    external_id: str
    handle: str
    can_publish: bool
    text_limit: int | None = None
    media: MediaRules | None = None
    note: str = ""
    renewed: Mapping[str, str] = {}


def merged(stored: Mapping[str, str], renewed: Mapping[str, str]) -> dict[str, str]:
    """An empty renewed value never overwrites a stored one (DOMAIN 5)."""
    return {**stored, **{name: value for name, value in renewed.items() if value}}
