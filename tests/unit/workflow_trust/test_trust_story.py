"""Trust through the orders people give, on the twin in memory."""

from __future__ import annotations

import pytest

from contracts.facts import decode
from contracts.permissions import Role
from contracts.workflow.content import EditContent, Variant
from contracts.workflow.content_states import AfterReview, TopicRisk
from contracts.workflow.trust import LedgerOutcome, TrustNoted, TrustTier
from tests.unit.workflow_trust.trust_room import TrustRoom

DAY = 86_400


@pytest.fixture
def room() -> TrustRoom:
    """An organization that writes and reviews."""
    return TrustRoom()


def test_trust_grows_with_clean_publications_and_falls_with_incidents(room: TrustRoom) -> None:
    item = room.a_draft(topic_risk=TopicRisk.R0)
    assert room.route(item).tier is TrustTier.T0
    room.clean(item, 40)
    first = room.route(item)
    assert (first.tier, first.stages, first.after) == (TrustTier.T2, (), AfterReview.ALL)
    room.incident(item, 2)
    room.incident(item, 3)
    assert room.route(item).tier is TrustTier.T1
    assert room.shown(room.ann).incident_count == 2
    room.incident(item, 1)
    found = room.route(item)
    assert found.tier is TrustTier.T0
    assert len(found.stages) == 1
    assert "Full review until" in found.explanation


def test_the_same_source_counts_once_and_a_graver_look_adds_the_difference(room: TrustRoom) -> None:
    item = room.a_draft(topic_risk=TopicRisk.R0)
    room.clean(item, 3)
    room.clean(item, 3)
    assert len(room.entries(room.ann)) == 3
    room.incident(item, 3, source_id="s", self_reported=True)
    room.incident(item, 3, source_id="s")
    assert [e.weight for e in room.entries(room.ann) if e.severity] == [0.5]
    room.incident(item, 1, source_id="s")
    room.incident(item, 2, source_id="s")
    slips = [e for e in room.entries(room.ann) if e.severity]
    assert sorted((e.weight, e.is_repeat) for e in slips) == [(0.5, False), (7.5, True)]
    assert room.shown(room.ann).incident_count == 1


def test_an_incident_is_everybodys_who_wrote_and_praise_the_authors(room: TrustRoom) -> None:
    content_id = room.a_draft(topic_risk=TopicRisk.R0)
    dan = room.a_member("dan", (Role.AUTHOR, room.unit_id))
    item = room.item(content_id)
    words = (Variant(channel_id=room.channel_id, text="Other words."),)
    room.give(EditContent(content_id=content_id, rev=item.rev, variants=words), dan)
    room.clean(content_id, 80)
    room.incident(content_id, 1)
    assert len(room.entries(room.ann)) == 81
    (entry,) = room.entries(dan)
    assert (entry.outcome, entry.is_author) == (LedgerOutcome.INCIDENT, False)


def test_a_newcomer_who_edits_brings_the_item_back_to_full_review(room: TrustRoom) -> None:
    content_id = room.a_draft(topic_risk=TopicRisk.R0)
    room.clean(content_id, 80)
    assert room.route(content_id).tier is TrustTier.T3
    dan = room.a_member("dan", (Role.AUTHOR, room.unit_id))
    words = (Variant(channel_id=room.channel_id, text="Other words."),)
    order = EditContent(content_id=content_id, rev=room.item(content_id).rev, variants=words)
    room.give(order, dan)
    assert room.route(content_id).tier is TrustTier.T0


def test_trust_never_carries_to_another_channel(room: TrustRoom) -> None:
    content_id = room.a_draft(topic_risk=TopicRisk.R0)
    room.clean(content_id, 80)
    other = room.an_active_channel()
    variants = tuple(Variant(channel_id=c, text="Both.") for c in (room.channel_id, other))
    assert room.route(room.a_draft(topic_risk=TopicRisk.R0)).tier is TrustTier.T3
    both = room.a_draft(topic_risk=TopicRisk.R0, variants=variants)
    assert room.route(both).tier is TrustTier.T0


def test_records_fade_without_anything_happening(room: TrustRoom) -> None:
    content_id = room.a_draft(topic_risk=TopicRisk.R0)
    room.clean(content_id, 80)
    assert room.shown(room.ann).tier is TrustTier.T3
    for _ in range(60):
        room.wait(7 * DAY)
    assert room.shown(room.ann).tier is TrustTier.T2
    assert room.shown(room.ann).score < 0.95
    for _ in range(60):
        room.wait(7 * DAY)
    assert room.shown(room.ann).clean_count == 0
    assert room.shown(room.ann).tier is TrustTier.T0


def test_a_probation_ends_on_its_day(room: TrustRoom) -> None:
    content_id = room.a_draft(topic_risk=TopicRisk.R0)
    grave = room.a_draft(topic_risk=TopicRisk.R1)
    room.clean(content_id, 80)
    room.incident(grave, 1)
    assert room.shown(room.ann).tier is TrustTier.T0
    for _ in range(6):
        room.wait(7 * DAY)
    assert room.shown(room.ann).tier is TrustTier.T3
    assert room.shown(room.ann, TopicRisk.R1).tier is TrustTier.T0


def test_the_ledger_tells_reporting(room: TrustRoom) -> None:
    content_id = room.a_draft(topic_risk=TopicRisk.R0)
    room.incident(content_id, 2, self_reported=True)
    (entry,) = room.entries(room.ann)
    (row,) = [r for r in room.factory.store.all("outbox") if r["aggregate_id"] == entry.id]
    fact = decode(row["type"], row["body"])
    assert isinstance(fact, TrustNoted)
    assert (fact.severity, fact.weight, fact.is_self_reported) == (2, 1.5, True)
