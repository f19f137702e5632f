"""What reviewing and trust leave in the days."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from contracts.workflow.content import ContentState, ContentStateChanged
from contracts.workflow.content_states import StageMode, TopicRisk
from contracts.workflow.review import StageClosed, StageEnd, StageOpened
from contracts.workflow.trust import LedgerOutcome, TrustNoted
from services.reporting.domain.folding import folded
from services.reporting.domain.shares import labelled
from services.reporting.domain.states import ContentState as Known
from services.reporting.measures import shares_of_state

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PLACE: dict[str, Any] = {"unit_id": "unit", "channel_ids": ("chan", "other"), "topic": "Wasser"}


def opened(due_at: datetime | None) -> StageOpened:
    """A stage that began to wait."""
    return StageOpened(
        content_id="item",
        round_id="round",
        stage=1,
        name="Recht & Co.",
        mode=StageMode.ANY,
        quorum=1,
        reviewer_ids=("bob",),
        opened_at=NOW,
        due_at=due_at,
        **PLACE,
    )


def closed(seconds: int) -> StageClosed:
    """The same stage after it waited."""
    return StageClosed(
        content_id="item",
        round_id="round",
        stage=1,
        name="Recht & Co.",
        end=StageEnd.SATISFIED,
        closed_at=NOW + timedelta(seconds=seconds),
        waited_seconds=seconds,
        **PLACE,
    )


def noted(**changes: Any) -> TrustNoted:
    """An entry of the ledger: a clean publication."""
    given: dict[str, Any] = {
        "content_id": "item",
        "person_id": "ann",
        "channel_id": "chan",
        "unit_id": "unit",
        "risk": TopicRisk.R0,
        "outcome": LedgerOutcome.CLEAN,
        "severity": 0,
        "weight": 1.0,
        "is_self_reported": False,
        "is_publication": True,
        "is_author": True,
        "was_reviewed": True,
        "happened_at": NOW,
    }
    return TrustNoted(**(given | changes))


def amounts(*facts: Any) -> dict[str, int]:
    """What the facts add to their one day."""
    state: Any = Known()
    for fact in facts:
        state = folded(state, fact, NOW)
    return {key: n for share in shares_of_state(state) for key, n in share.amounts.items()}


def test_a_stage_waits_under_its_name_and_under_its_topic() -> None:
    found = amounts(opened(NOW + timedelta(hours=1)), closed(60))
    assert found == {"stage_wait:Recht%20%26%20Co%2E/60": 1, "topic_wait:Wasser/60": 1}


def test_a_stage_that_closed_after_its_time_is_overdue() -> None:
    assert amounts(opened(NOW + timedelta(seconds=59)), closed(60))["stages_overdue"] == 1
    assert "stages_overdue" not in amounts(opened(None), closed(60))


def test_an_approval_that_lapsed_is_counted_and_is_no_approval() -> None:
    fact = ContentStateChanged(
        content_id="item",
        state=ContentState.APPROVAL_EXPIRED,
        previous=ContentState.APPROVED,
        actor_id=None,
        version_hash="hash",
        unit_id="unit",
        channel_ids=("chan",),
    )
    assert amounts(fact) == {"approvals_expired": 1}


def test_publications_and_incidents_are_told_apart_by_review() -> None:
    incident = {"outcome": LedgerOutcome.INCIDENT, "is_publication": False, "severity": 2}
    assert amounts(noted()) == {"published_reviewed": 1}
    assert amounts(noted(was_reviewed=False)) == {"published_first": 1}
    assert amounts(noted(**incident)) == {"incidents_reviewed": 1}
    assert amounts(noted(**incident, was_reviewed=False)) == {"incidents_first": 1}
    first = noted(outcome=LedgerOutcome.PUBLISHED, was_reviewed=False)
    assert amounts(first) == {"published_first": 1}


def test_an_incident_of_several_writers_or_turned_out_graver_counts_once() -> None:
    incident = {"outcome": LedgerOutcome.INCIDENT, "is_publication": False}
    assert amounts(noted(**incident, is_author=False)) == {}
    assert amounts(noted(**incident, is_repeat=True)) == {}
    assert amounts(noted(is_publication=False)) == {}


def test_any_text_is_a_label() -> None:
    for text in ("a.b", "$set", "x/y", "p:q", "水", ""):
        key = labelled("m", text)
        assert key.startswith("m:")
        assert not set(key[2:]) & set(".$/:")
    assert len(labelled("m", "x" * 1000)) == 62
