"""Orders that every speaker and reader of facts understands: progress and resend (rules 5 and 6)."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from contracts.commands import Answer, Command, command


class Noted(Answer, frozen=True, kw_only=True):
    """Heard; ``count`` says how many facts are affected."""

    count: int = 0


@command("*", None, Noted)
class ReportProgress(Command, frozen=True, kw_only=True):
    """A durable group has applied everything of a topic up to this creation time."""

    group: str
    topic: str
    applied_up_to: datetime


@command("*", None, Noted)
class ResendFacts(Command, frozen=True, kw_only=True):
    """Send the facts of one aggregate again, from this sequence on: a group met a gap."""

    topic: str
    org_id: str
    aggregate_id: str
    from_sequence: int


BEAT_TYPE: Final = "rostrum.relay.Beat.v1"
"""``ce_type`` of a message that is no fact: a relay tells every partition how far it has sent.

It carries ``ce_oldestunsent``, sequence 0 and no body, so that a partition in which nothing happens
does not hold up what its readers report as applied. Whoever reads for facts passes over it.
"""
