"""Exceptions: asked for, granted by somebody else, for these words, for a time."""

from __future__ import annotations

from contracts.permissions import Role
from contracts.refusals import RefusalCode
from contracts.workflow import policies as orders
from contracts.workflow.content import ContentState
from tests.unit.workflow_policies.desk import PARTISAN, Desk, a_clause, refused


def _blocked(desk: Desk) -> tuple[str, str]:
    desk.publish(a_clause())
    content_id = desk.a_draft(PARTISAN)
    finding = desk.submit(content_id).findings[0]
    return content_id, str(finding.clause_id)


def test_a_waiver_lets_through_what_it_covers(desk: Desk) -> None:
    content_id, clause_id = _blocked(desk)
    waiver_id = desk.ask_waiver(content_id, clause_id)
    assert desk.submit(content_id).state is ContentState.DRAFT

    desk.grant(waiver_id)
    submitted = desk.submit(content_id)

    assert submitted.state is ContentState.IN_REVIEW
    assert [f.waiver_id for f in submitted.findings] == [waiver_id]


def test_nobody_grants_an_exception_for_their_own_words(desk: Desk) -> None:
    desk.ann = desk.a_member("anna", (Role.MANAGER, None))
    content_id, clause_id = _blocked(desk)
    waiver_id = desk.ask_waiver(content_id, clause_id)

    with refused(RefusalCode.OWN_WORDS):
        desk.grant(waiver_id, desk.ann)


def test_other_words_are_not_covered(desk: Desk) -> None:
    content_id, clause_id = _blocked(desk)
    desk.grant(desk.ask_waiver(content_id, clause_id))

    found = desk.judge("Re-elect Smith!", content_id=content_id)

    assert found.is_blocked


def test_a_waiver_ends_at_its_time_and_the_item_goes_back(desk: Desk) -> None:
    content_id, clause_id = _blocked(desk)
    desk.grant(desk.ask_waiver(content_id, clause_id), days=0.25)
    desk.submit(content_id)

    desk.wait(6 * 3600 + 1)
    desk.settle()

    assert desk.item(content_id).state is ContentState.CHANGES_REQUESTED


def test_a_waiver_can_be_ended_early(desk: Desk) -> None:
    content_id, clause_id = _blocked(desk)
    waiver_id = desk.ask_waiver(content_id, clause_id)
    desk.grant(waiver_id)
    desk.submit(content_id)

    desk.give(orders.RefuseWaiver(waiver_id=waiver_id, reason="The quotation was wrong."))
    desk.settle()

    assert desk.waiver(waiver_id).state is orders.WaiverState.ENDED
    assert desk.item(content_id).state is ContentState.CHANGES_REQUESTED


def test_what_no_clause_finds_needs_no_waiver(desk: Desk) -> None:
    content_id, clause_id = _blocked(desk)
    clean = desk.a_draft()

    with refused(RefusalCode.WRONG_STATE):
        desk.ask_waiver(clean, clause_id)
    with refused(RefusalCode.INVALID_ARGUMENT):
        desk.ask_waiver(content_id, "house.text_length")
