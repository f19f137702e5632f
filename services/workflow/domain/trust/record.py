"""The standing of a person on a channel for a topic risk, as it is shown between two looks."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import msgspec

from chassis.ports import Entity
from contracts.workflow.content_states import TopicRisk
from contracts.workflow.trust import TrustTier

LOOK_AGAIN: Final = timedelta(days=7)
"""Weights fade without anything happening, so a record is looked at again every week."""


class TrustRecord(Entity, frozen=True, kw_only=True):
    """What the ledger said at ``as_of``. Routes never read it: they read the ledger itself.

    ``account_id`` lets a person see their own.
    """

    person_id: str
    account_id: str
    channel_id: str
    unit_id: str
    risk: TopicRisk
    tier: TrustTier
    score: float
    clean_count: int
    incident_count: int
    self_reported_count: int
    probation_until: datetime | None
    sentence: str
    as_of: datetime

    def of(self, known: TrustRecord) -> TrustRecord:
        """This one as the next state of the one that is stored."""
        return msgspec.structs.replace(self, rev=known.rev, seq=known.seq)


def look_again_at(clean: int, probation_until: datetime | None, now: datetime) -> datetime | None:
    """When it may be another one by itself; None if nothing is left that could fade."""
    if probation_until is not None:
        return min(probation_until, now + LOOK_AGAIN)
    return now + LOOK_AGAIN if clean else None
