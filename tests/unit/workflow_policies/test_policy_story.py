"""Policies whose clauses run: from publishing one to sending back what newly fails."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from contracts.permissions import Role
from contracts.refusals import Refusal, RefusalCode
from contracts.workflow import policies as orders
from contracts.workflow.content import ContentState, RevokeContent, ScheduleContent
from services.workflow.domain.policies.entities import PolicyVersion, RegisterReason
from tests.unit.workflow_policies.desk import Desk, a_clause, params

PARTISAN = "Vote for Smith on Tuesday, the bridge needs her."
LINK = "https://city.example/bridge"


@pytest.fixture
def desk() -> Desk:
    """An office with nothing published."""
    return Desk()


def refused(code: RefusalCode) -> Any:
    """A refusal with this code."""
    return pytest.raises(Refusal, check=lambda no: no.code is code)


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


# --- a change of policy ---------------------------------------------------------------------------


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
    from contracts.workflow.content import Schedule

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


def test_sending_looks_once_more(desk: Desk) -> None:
    delivery = desk.published_now(text=PARTISAN)
    desk.give(orders.PublishPolicy(name="Late", clauses=(a_clause(),)))

    lease = desk.lease(delivery)

    assert not lease.is_granted


# --- waivers --------------------------------------------------------------------------------------


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


# --- the register ---------------------------------------------------------------------------------


def _register(desk: Desk, text: str = "Project Falcon", **changes: Any) -> str:
    given: dict[str, Any] = {
        "text": text,
        "reason": "The merger is announced on Friday.",
        "reason_class": orders.ReasonClass.EMBARGO,
        "safe_line": "We do not comment on rumours.",
    }
    return str(desk.give(orders.AddRegisterEntry(**(given | changes))).id)


def test_the_register_stops_and_never_tells_why(desk: Desk) -> None:
    _register(desk)

    (finding,) = desk.judge("All about Project\u00a0Fal\u200bc\u043en today").findings

    assert finding.blocks
    assert finding.guidance == "Say instead: We do not comment on rumours."
    assert "merger" not in repr(finding)


def test_an_entry_reaches_what_waits_already(desk: Desk) -> None:
    content_id = desk.submitted(text="Project Falcon flies.")

    _register(desk)
    desk.settle()

    assert desk.item(content_id).state is ContentState.CHANGES_REQUESTED


def test_an_entry_ends_at_its_time_or_when_it_is_removed(desk: Desk) -> None:
    _register(desk, expires_at=desk.factory.clock.now() + timedelta(hours=1))
    entry = _register(desk, "Project Heron")
    assert len(desk.judge("Project Falcon and Project Heron").findings) == 2

    desk.wait(3601)
    desk.give(orders.RemoveRegisterEntry(entry_id=entry, reason="Announced."))

    assert desk.judge("Project Falcon and Project Heron").findings == ()


def test_cleared_people_may_say_it_where_the_entry_says_so(desk: Desk) -> None:
    ann = str(desk.ann.person_id)
    _register(desk, cleared_ids=(ann,), cleared_may_say=True)
    _register(desk, "Project Heron", cleared_ids=(ann,))

    assert not desk.judge("Project Falcon").is_blocked
    assert desk.judge("Project Heron").is_blocked


def test_the_reason_is_kept_for_the_cleared_accounts(desk: Desk) -> None:
    entry = _register(desk, cleared_ids=(str(desk.bob.person_id),))

    kept = desk.factory.reader(desk.org_id).get(RegisterReason, entry)

    assert set(kept.cleared_accounts) == {desk.bob.account_id, desk.admin.account_id}
    facts = [row["body"] for row in desk.factory.store.all("outbox")]
    assert not any(b"merger" in body or b"Falcon" in body for body in facts)


@pytest.mark.parametrize("text", ["(", "a*", "", "\u200b", "x" * 501])
def test_a_pattern_that_cannot_run_is_refused(desk: Desk, text: str) -> None:
    with refused(RefusalCode.BAD_PATTERN):
        _register(desk, text, kind=orders.RegisterKind.PATTERN)


# --- evidence -------------------------------------------------------------------------------------


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


def test_revoking_still_works_beside_policies(desk: Desk) -> None:
    content_id = desk.approved()

    answer = desk.give(RevokeContent(content_id=content_id, reason="Not now."), desk.bob)

    assert answer.state is ContentState.DRAFT


def test_settings_are_read_as_people_write_them(desk: Desk) -> None:
    spec = orders.CheckSpec(
        kind="political_activity", params=params(terms="sewer levy\n bridge toll ")
    )
    desk.publish(a_clause(check=spec))

    assert desk.judge("No to the Bridge Toll!").is_blocked
    assert not desk.judge(PARTISAN).is_blocked
