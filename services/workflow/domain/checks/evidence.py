"""What checks may look at besides the item itself; gathered by ``application``, never by a check."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec

from contracts.workflow.policies import ReasonClass, RegisterKind, Severity


class Need(StrEnum):
    """Evidence a check can ask for by name; addresses it wants to have seen are asked for one by one."""

    CHANNELS = "channels"
    REGISTER = "register"
    NEIGHBOURS = "neighbours"


class Needs(msgspec.Struct, frozen=True, kw_only=True):
    """What one check wants to know about one item."""

    names: frozenset[Need] = frozenset()
    links: frozenset[str] = frozenset()


class ChannelFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What a channel takes; ``text_limit`` in graphemes, None for no limit."""

    platform: str
    text_limit: int | None = None
    handle: str = ""


class LinkState(msgspec.Struct, frozen=True, kw_only=True):
    """What was at an address; ``status`` None: nothing answered, for the reason in ``problem``."""

    looked_at: datetime
    status: int | None = None
    final_url: str = ""
    problem: str = ""

    @property
    def is_alive(self) -> bool:
        """Whether a page answered."""
        return self.status is not None and self.status < 400


class RegisterTerm(msgspec.Struct, frozen=True, kw_only=True):
    """An entry in force. Its reason is not here: findings are read by everybody."""

    id: str
    kind: RegisterKind
    text: str
    reason_class: ReasonClass
    severity: Severity
    safe_line: str = ""
    may_say: frozenset[str] = frozenset()


class Neighbour(msgspec.Struct, frozen=True, kw_only=True):
    """Something that is out or on its way."""

    content_id: str
    channel_id: str
    text: str


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that was gathered. An address that is missing in ``links`` has not been seen yet."""

    channels: dict[str, ChannelFacts] = {}
    links: dict[str, LinkState] = {}
    register: tuple[RegisterTerm, ...] = ()
    neighbours: tuple[Neighbour, ...] = ()


class Hit(msgspec.Struct, frozen=True, kw_only=True):
    """What a check found, before the clause adds its citation and severity.

    ``start`` and ``end`` count code points of the channel's text. ``severity`` is the check's own
    where it knows better than the clause (entries of the register).
    """

    sentence: str
    channel_id: str | None = None
    start: int | None = None
    end: int | None = None
    evidence: str = ""
    guidance: str = ""
    severity: Severity | None = None
