"""Ledger entries for tests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from contracts.workflow.content_states import TopicRisk
from contracts.workflow.trust import LedgerOutcome
from services.workflow.domain.trust.entry import LedgerEntry
from services.workflow.domain.trust.weights import incident_weight

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def an_entry(**changes: Any) -> LedgerEntry:
    """One clean publication, just now."""
    age = changes.pop("age_days", 0)
    given: dict[str, Any] = {
        "id": changes.get("source_id", "entry"),
        "org_id": "org",
        "person_id": "ann",
        "channel_id": "channel",
        "unit_id": "unit",
        "risk": TopicRisk.R0,
        "outcome": LedgerOutcome.CLEAN,
        "severity": 0,
        "weight": 1.0,
        "is_self_reported": False,
        "is_publication": True,
        "is_author": True,
        "was_reviewed": True,
        "content_id": "item",
        "source_id": "source",
        "happened_at": NOW - timedelta(days=age),
    }
    return LedgerEntry(**(given | changes))


def clean(number: int, **changes: Any) -> list[LedgerEntry]:
    """This many clean publications."""
    return [an_entry(source_id=f"item-{n}", **changes) for n in range(number)]


def an_incident(severity: int, *, self_reported: bool = False, **changes: Any) -> LedgerEntry:
    """Something that went wrong."""
    given: dict[str, Any] = {
        "outcome": LedgerOutcome.INCIDENT,
        "severity": severity,
        "weight": incident_weight(severity, is_self_reported=self_reported),
        "is_self_reported": self_reported,
        "is_publication": False,
        "source_id": f"incident-{severity}",
    }
    return an_entry(**(given | changes))
