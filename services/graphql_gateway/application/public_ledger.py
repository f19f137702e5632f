"""What anybody may read of an organization's corrections: their public part, and the chain's hashes."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

import msgspec

from contracts.workflow.corrections import PublicCorrection


class LedgerPage(msgspec.Struct, frozen=True, kw_only=True):
    """Corrections of one organization, newest first; ``older``: give this to read on."""

    organization: str
    slug: str
    corrections: tuple[PublicCorrection, ...]
    older: int | None = None


class ChainLink(msgspec.Struct, frozen=True, kw_only=True):
    """One link. ``hash`` is the SHA-256 of the canonical JSON of [n, previous_hash, correction_id,

    at, SHA-256 of public_json, private_hash]; the first link's previous_hash is 64 zeros.
    """

    n: int
    correction_id: str
    at: datetime
    public_json: str
    private_hash: str
    previous_hash: str
    hash: str


class Chain(msgspec.Struct, frozen=True, kw_only=True):
    """Links in their order; ``next``: give this as ``after`` to read on."""

    organization: str
    links: tuple[ChainLink, ...]
    next: int | None = None


class PublicLedger(Protocol):
    """Reads one organization by its slug; NotFound for every slug that names none."""

    def page(self, slug: str, before: int | None = None) -> LedgerPage:
        """Up to fifty corrections, the newest first, below a number if given."""
        ...

    def one(self, slug: str, number: int) -> LedgerPage:
        """One correction; NotFound for numbers that were not given yet."""
        ...

    def chain(self, slug: str, after: int = 0) -> Chain:
        """The links after a place; who has them all can check that nothing was changed since."""
        ...
