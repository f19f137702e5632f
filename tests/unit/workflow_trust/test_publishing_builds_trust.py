"""From publishing to the ledger, through the orders that people and the publisher give."""

from __future__ import annotations

import pytest

from chassis.ports import Actor
from contracts.permissions import Role
from contracts.refusals import Refusal, RefusalCode
from contracts.workflow.content import SubmitContent
from contracts.workflow.content_states import TopicRisk
from contracts.workflow.deliveries import Outcome
from contracts.workflow.trust import LedgerOutcome, ReportIncident
from services.workflow.domain.trust.entry import LedgerEntry
from tests.unit.workflow_content.newsroom import Newsroom


@pytest.fixture
def room() -> Newsroom:
    """An organization that writes, reviews and publishes."""
    return Newsroom()


def entries(room: Newsroom) -> list[LedgerEntry]:
    """The whole ledger."""
    return room.factory.reader(room.org_id).find(LedgerEntry)


def out(room: Newsroom, **changes: object) -> str:
    """The id of an item that was reviewed and published."""
    delivery = room.published_now(**changes)
    return room.sent(delivery, Outcome.CONFIRMED, external_id="x").content_id


def report(room: Newsroom, content_id: str, actor: Actor, *, severity: int = 2) -> None:
    """Somebody says it was wrong."""
    order = ReportIncident(
        content_id=content_id, channel_id=room.channel_id, severity=severity, reason="A wrong date."
    )
    room.give(order, actor)


def test_what_was_reviewed_and_confirmed_counts_as_clean_at_once(room: Newsroom) -> None:
    out(room, topic_risk=TopicRisk.R0)
    (entry,) = entries(room)
    assert entry.person_id == room.ann.person_id
    assert (entry.outcome, entry.risk) == (LedgerOutcome.CLEAN, TopicRisk.R0)
    assert (entry.was_reviewed, entry.is_publication) == (True, True)


def test_what_did_not_arrive_does_not_count(room: Newsroom) -> None:
    room.sent(room.published_now(), Outcome.REFUSED)
    assert entries(room) == []


def test_an_author_who_says_so_first_is_halved_and_stays_halved(room: Newsroom) -> None:
    content_id = out(room)
    report(room, content_id, room.ann)
    report(room, content_id, room.bob)
    (slip,) = [entry for entry in entries(room) if entry.severity]
    assert (slip.weight, slip.is_self_reported) == (1.5, True)


def test_a_reviewer_may_say_so_and_a_bystander_may_not(room: Newsroom) -> None:
    content_id = out(room)
    dan = room.a_member("dan", (Role.ANALYST, None))
    with pytest.raises(Refusal) as no:
        report(room, content_id, dan)
    assert no.value.code is RefusalCode.FORBIDDEN
    assert len(entries(room)) == 1
    report(room, content_id, room.bob)
    assert [e.weight for e in entries(room) if e.severity] == [3.0]


@pytest.mark.parametrize("severity", [0, 4, -1])
def test_a_severity_is_one_of_three(room: Newsroom, severity: int) -> None:
    content_id = out(room)
    with pytest.raises(Refusal) as no:
        report(room, content_id, room.bob, severity=severity)
    assert (no.value.code, no.value.field) == (RefusalCode.INVALID_ARGUMENT, ("severity",))


def test_what_is_not_out_has_no_incident(room: Newsroom) -> None:
    with pytest.raises(Refusal) as no:
        report(room, room.approved(), room.bob)
    assert no.value.code is RefusalCode.WRONG_STATE


def test_forty_clean_posts_later_the_next_goes_out_first(room: Newsroom) -> None:
    for n in range(40):
        out(room, text=f"Notice {n}.", topic_risk=TopicRisk.R0)
    content_id = room.a_draft("Notice 41.", topic_risk=TopicRisk.R0)
    room.give(SubmitContent(content_id=content_id), room.ann)
    item = room.item(content_id)
    assert item.state == "approved"
    assert item.approval == "post_review"
    assert item.explanation.startswith("No review before publishing here")
