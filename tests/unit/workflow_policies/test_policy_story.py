"""Policies whose clauses run: from publishing one to sending back what newly fails."""

from __future__ import annotations

from datetime import timedelta

import pytest

from contracts.refusals import RefusalCode
from contracts.workflow import policies as orders
from contracts.workflow.content import ContentState, Schedule, ScheduleContent
from services.workflow.domain.policies.entities import PolicyVersion
from tests.unit.workflow_policies.desk import PARTISAN, Desk, a_clause, params, refused


def test_a_blocking_clause_stops_an_item_and_cites_itself(desk: Desk) -> None:
    answer = desk.publish(a_clause())

    submitted = desk.submit(desk.a_draft(PARTISAN))

    (finding,) = submitted.findings
    assert submitted.state is ContentState.DRAFT
    assert (finding.policy_id, finding.policy_version) == (answer.policy_id, 1)
    assert finding.clause_number == "1"
    assert finding.citation == "5 U.S.C. 7323"
    assert finding.evidence == PARTISAN[finding.start : finding.end] == "Vote for"
    assert "not for whom" in finding.guidance


def test_a_warning_is_shown_and_stops_nothing(desk: Desk) -> None:
    desk.publish(a_clause(severity=orders.Severity.WARN))

    submitted = desk.submit(desk.a_draft(PARTISAN))

    assert submitted.state is ContentState.IN_REVIEW
    assert [f.severity for f in submitted.findings] == ["warn"]


def test_a_clause_without_a_check_is_judgement_only(desk: Desk) -> None:
    desk.publish(a_clause(check=None))

    assert desk.submit(desk.a_draft(PARTISAN)).findings == ()


def test_a_version_that_begins_later_does_not_run_before(desk: Desk) -> None:
    later = desk.factory.clock.now() + timedelta(days=1)
    desk.publish(a_clause(), effective_from=later)
    assert desk.judge(PARTISAN).findings == ()

    desk.wait(86_401)

    assert desk.judge(PARTISAN).is_blocked


def test_the_next_version_ends_the_one_before(desk: Desk) -> None:
    first = desk.publish(a_clause())
    second = desk.publish(a_clause("endorsement"), policy_id=first.policy_id)

    assert second.version == 2
    assert not desk.judge(PARTISAN).is_blocked
    assert desk.judge("We recommend Acme pipes.").is_blocked
    versions = desk.factory.reader(desk.org_id).find(PolicyVersion, order="n")
    assert [(one.n, one.is_over) for one in versions] == [(1, True), (2, False)]


def test_nothing_of_a_retired_policy_runs(desk: Desk) -> None:
    answer = desk.publish(a_clause())

    desk.give(orders.RetirePolicy(policy_id=answer.policy_id, reason="Replaced."))

    assert not desk.judge(PARTISAN).is_blocked
    with refused(RefusalCode.WRONG_STATE):
        desk.publish(a_clause(), policy_id=answer.policy_id)


@pytest.mark.parametrize(
    ("clause", "code", "field"),
    [
        (a_clause("no_such_check"), RefusalCode.BAD_CLAUSE, "kind"),
        (a_clause(settings={"colour": "red"}), RefusalCode.BAD_CLAUSE, "params"),
        (a_clause("plain_language", settings={"highest_grade": "low"}), RefusalCode.BAD_CLAUSE, "params"),
        (a_clause("expression", settings={"expression": "nme == 1"}), RefusalCode.BAD_EXPRESSION, "params"),
        (a_clause("expression", settings={"expression": "text + 1 > 2"}), RefusalCode.BAD_EXPRESSION, "params"),
        (a_clause("expression", settings={"expression": "size(text)"}), RefusalCode.BAD_EXPRESSION, "params"),
        (a_clause("personal_data", settings={"kinds": "shoe_size"}), RefusalCode.BAD_CLAUSE, "params"),
        (a_clause(severity=orders.Severity.ROUTE), RefusalCode.BAD_CLAUSE, "routeSeats"),
        (a_clause(text=" "), RefusalCode.BAD_CLAUSE, "text"),
    ],
)  # fmt: skip
def test_what_cannot_run_is_refused_at_save(
    desk: Desk, clause: orders.ClauseDraft, code: RefusalCode, field: str
) -> None:
    with refused(code) as no:
        desk.publish(clause)
    assert no.value.field[:2] == ("clauses", "0")
    assert no.value.field[-1] == field


def test_two_clauses_of_one_number_and_an_empty_policy_are_refused(desk: Desk) -> None:
    with refused(RefusalCode.BAD_CLAUSE):
        desk.publish(a_clause(), a_clause())
    with refused(RefusalCode.BAD_CLAUSE):
        desk.publish()


def test_a_policy_cannot_begin_in_the_past(desk: Desk) -> None:
    with refused(RefusalCode.INVALID_TIME):
        desk.publish(a_clause(), effective_from=desk.factory.clock.now() - timedelta(seconds=1))


def test_authors_do_not_publish_policies(desk: Desk) -> None:
    with refused(RefusalCode.FORBIDDEN):
        desk.give(orders.PublishPolicy(name="Mine", clauses=(a_clause(),)), desk.ann)


def test_a_clause_speaks_of_its_units_and_channels_only(desk: Desk) -> None:
    other = desk.an_active_channel()
    desk.publish(a_clause(channel_ids=(other,)))
    assert not desk.judge(PARTISAN).is_blocked

    desk.publish(a_clause(unit_ids=(desk.unit_id,)), name="Units")
    assert desk.judge(PARTISAN).is_blocked


@pytest.mark.parametrize(
    ("stage", "state"),
    [
        ("submitted", ContentState.CHANGES_REQUESTED),
        ("approved", ContentState.APPROVAL_EXPIRED),
        ("scheduled", ContentState.APPROVAL_EXPIRED),
    ],
)
def test_what_newly_fails_goes_back_with_the_clause_that_moved_it(
    desk: Desk, stage: str, state: ContentState
) -> None:
    partisan = getattr(desk, "approved" if stage == "scheduled" else stage)(text=PARTISAN)
    neutral = desk.submitted()
    if stage == "scheduled":
        desk.give(_in_an_hour(desk, partisan), desk.bob)

    desk.publish(a_clause())

    assert desk.item(partisan).state is state
    assert [f.clause_number for f in desk.item(partisan).findings if f.blocks] == ["1"]
    assert desk.item(neutral).state is ContentState.IN_REVIEW


def _in_an_hour(desk: Desk, content_id: str) -> ScheduleContent:
    wall = (desk.factory.clock.now() + timedelta(hours=1)).replace(tzinfo=None).isoformat()
    return ScheduleContent(
        content_id=content_id, schedule=Schedule(wall_time=wall, time_zone="UTC")
    )


def test_a_policy_that_begins_at_night_sends_back_at_night(desk: Desk) -> None:
    content_id = desk.submitted(text=PARTISAN)
    desk.publish(a_clause(), effective_from=desk.factory.clock.now() + timedelta(hours=8))
    assert desk.item(content_id).state is ContentState.IN_REVIEW

    desk.wait(8 * 3600 + 1)
    desk.settle()

    assert desk.item(content_id).state is ContentState.CHANGES_REQUESTED


def test_a_clause_with_a_date_of_its_own_sends_back_on_that_date(desk: Desk) -> None:
    content_id = desk.submitted(text=PARTISAN)
    tomorrow = desk.factory.clock.now() + timedelta(days=1)
    desk.publish(a_clause(effective_from=tomorrow), a_clause("alt_text", number="2"))
    assert desk.item(content_id).state is ContentState.IN_REVIEW

    desk.wait(86_401)
    desk.settle()

    assert desk.item(content_id).state is ContentState.CHANGES_REQUESTED


def test_sending_looks_once_more(desk: Desk) -> None:
    delivery = desk.published_now(text=PARTISAN)
    desk.give(orders.PublishPolicy(name="Late", clauses=(a_clause(),)))

    lease = desk.lease(delivery)

    assert not lease.is_granted


def test_settings_are_read_as_people_write_them(desk: Desk) -> None:
    spec = orders.CheckSpec(
        kind="political_activity", params=params(terms="sewer levy\n bridge toll ")
    )
    desk.publish(a_clause(check=spec))

    assert desk.judge("No to the Bridge Toll!").is_blocked
    assert not desk.judge(PARTISAN).is_blocked
