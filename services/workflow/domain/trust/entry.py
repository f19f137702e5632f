"""The trust ledger: one entry for each clean publication and each incident; only ever added to."""

from __future__ import annotations

from datetime import datetime

import msgspec

from chassis.ports import Entity
from contracts.workflow.content_states import TopicRisk
from contracts.workflow.trust import LedgerOutcome, TrustNoted


class LedgerEntry(Entity, frozen=True, kw_only=True):
    """What one source did to the trust of one person on one channel for one topic risk.

    ``weight`` as at ``happened_at``. ``source_id`` names what it comes from: a version that was
    published, a correction, a report. ``account_id`` lets a person see their own entries.
    """

    person_id: str
    channel_id: str
    unit_id: str
    risk: TopicRisk
    outcome: LedgerOutcome
    severity: int
    weight: float
    is_self_reported: bool
    is_publication: bool
    is_author: bool
    was_reviewed: bool
    content_id: str
    source_id: str
    happened_at: datetime
    is_repeat: bool = False
    account_id: str = ""

    def adding(self, weight: float) -> LedgerEntry:
        """The same incident, turned out graver: only what its earlier entries lack."""
        return msgspec.structs.replace(self, weight=weight, is_repeat=True)


def noted(entry: LedgerEntry) -> TrustNoted:
    """The fact of a new entry."""
    return TrustNoted(
        content_id=entry.content_id,
        person_id=entry.person_id,
        channel_id=entry.channel_id,
        unit_id=entry.unit_id,
        risk=entry.risk,
        outcome=entry.outcome,
        severity=entry.severity,
        weight=entry.weight,
        is_self_reported=entry.is_self_reported,
        is_publication=entry.is_publication,
        is_author=entry.is_author,
        was_reviewed=entry.was_reviewed,
        happened_at=entry.happened_at,
        is_repeat=entry.is_repeat,
    )
