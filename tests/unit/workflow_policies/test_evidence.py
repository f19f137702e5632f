"""Evidence from the outside is asked for, waited for, and kept for a while."""

from __future__ import annotations

from datetime import timedelta

from contracts.workflow.content import ContentState
from services.workflow.adapters.documents_policies import LINK_KEPT_SECONDS
from tests.unit.workflow_policies.desk import LINK, Desk, a_clause


def _preflight(desk: Desk) -> None:
    desk.publish(a_clause("link_preflight"))


def test_an_unseen_link_is_asked_for_and_stops_submitting_until_seen(desk: Desk) -> None:
    _preflight(desk)
    content_id = desk.a_draft(f"Open now: {LINK} !")
    first = desk.submit(content_id)
    assert (first.state, first.findings[0].check) == (ContentState.DRAFT, "evidence")

    desk.saw(LINK)

    assert desk.submit(content_id).state is ContentState.IN_REVIEW


def test_a_dead_link_is_found(desk: Desk) -> None:
    _preflight(desk)
    desk.judge(f"{LINK} is open")
    desk.saw(LINK, 404)

    (finding,) = desk.judge(f"{LINK} is open").findings

    assert "404" in finding.sentence


def test_the_composer_shows_what_is_pending_and_asks_once(desk: Desk) -> None:
    _preflight(desk)

    answers = [desk.judge(f"{LINK} is open") for _ in range(3)]

    assert [one.pending for one in answers] == [(LINK,)] * 3
    assert not any(one.is_blocked for one in answers)
    asked = [row for row in desk.factory.store.all("outbox") if "EvidenceWanted" in row["type"]]
    assert len(asked) == 1


def test_a_link_that_is_still_being_typed_is_not_visited(desk: Desk) -> None:
    _preflight(desk)

    assert desk.judge("Open now: https://city.exa").pending == ("https://city.exa",)
    assert desk.links() == []


def test_old_evidence_is_asked_for_again_but_never_stops_a_send(desk: Desk) -> None:
    _preflight(desk)
    desk.judge(f"{LINK} is open")
    desk.saw(LINK)
    delivery = desk.published_now(text=f"{LINK} is open")
    desk.wait(25 * 3600)

    assert desk.judge(f"{LINK} is open").pending == (LINK,)
    assert "looked at" not in desk.lease(delivery).reason


def test_evidence_that_comes_late_changes_nothing(desk: Desk) -> None:
    _preflight(desk)
    desk.judge(f"{LINK} is open")
    desk.saw(LINK)

    desk.saw(LINK, 500, looked_at=desk.factory.clock.now() - timedelta(minutes=1))

    assert desk.links()[0].status == 200


def test_a_link_is_asked_for_under_a_new_id_long_before_its_row_is_purged(desk: Desk) -> None:
    _preflight(desk)
    desk.judge(f"{LINK} is open")
    desk.saw(LINK)
    (first,) = desk.links()
    desk.wait(LINK_KEPT_SECONDS - 1)

    assert desk.judge(f"{LINK} is open").pending == (LINK,)
    assert {row.id for row in desk.links()} > {first.id}
