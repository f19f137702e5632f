"""A post is wrong and is owned up to, told with orders, on the twin in memory."""

from __future__ import annotations

import ast
from typing import Any

import pytest

from contracts.permissions import Role
from contracts.refusals import Refusal, RefusalCode
from contracts.workflow import corrections as orders
from contracts.workflow import holds
from contracts.workflow.content import Variant
from contracts.workflow.corrections import (
    CorrectionKind,
    CorrectionState,
    ErrorClass,
    FoundBy,
    TargetAction,
    TargetOutcome,
    TaskState,
)
from contracts.workflow.deliveries import (
    CancelDelivery,
    DeliveryAction,
    DeliveryState,
    Outcome,
    RetryDelivery,
)
from contracts.workflow.policies import CheckSpec, ClauseDraft, Param, PublishPolicy, Severity
from services.workflow.domain.trust.entry import LedgerEntry
from tests.guards.sources import PRODUCT, sources
from tests.unit.workflow_corrections.desk import RIGHT, WRONG, Desk

K, S = CorrectionKind, CorrectionState


@pytest.fixture
def room() -> Desk:
    return Desk()


def refused(room: Desk, order: Any, who: Any) -> RefusalCode:
    """The code with which an order is refused."""
    with pytest.raises(Refusal) as no:
        room.give(order, who)
    return no.value.code


def test_a_post_is_edited_where_it_stands_and_the_ledger_tells(room: Desk) -> None:
    content_id = room.live()
    correction_id = room.applying(content_id)
    began = room.correction(correction_id)
    (target,) = began.targets
    (change,) = room.changes(correction_id)
    assert (began.state, began.number) == (S.APPLYING, 1)
    assert (target.action, target.was, target.words) == (TargetAction.EDIT, WRONG, RIGHT)
    assert (change.action, change.text, change.source_id) == (
        DeliveryAction.EDIT, RIGHT, correction_id,
    )  # fmt: skip
    room.go(change)
    done = room.correction(correction_id)
    assert done.state is S.PROPAGATED
    assert done.public is not None
    assert done.public.places[0].is_done
    room.give(
        orders.CloseCorrection(correction_id=correction_id, lesson="Ask who opens it."), room.bob
    )
    assert room.correction(correction_id).state is S.CLOSED
    assert room.flaws() == []


def test_where_nothing_can_be_edited_a_new_post_answers_the_wrong_one(room: Desk) -> None:
    content_id = room.live(WRONG, room.channel_id, room.mute_channel_id)
    correction_id = room.applying(content_id)
    by_action = {t.action: t for t in room.correction(correction_id).targets}
    assert set(by_action) == {TargetAction.EDIT, TargetAction.POST}
    post = by_action[TargetAction.POST]
    item = room.item(str(post.post_id))
    assert (item.author_id, item.corrects_id) == (room.ann.person_id, correction_id)
    answer = next(d for d in room.changes(correction_id) if d.is_publication)
    assert answer.in_reply_to == post.external_id
    for change in room.changes(correction_id):
        room.go(change)
    assert room.correction(correction_id).state is S.PROPAGATED
    assert {d.state for d in room.of_item(content_id)} == {DeliveryState.CONFIRMED}


def test_half_applied_says_so_until_it_is_retried_or_accepted(room: Desk) -> None:
    content_id = room.live(WRONG, room.channel_id, room.mute_channel_id)
    correction_id = room.applying(content_id)
    first, second = room.changes(correction_id)
    room.go(first)
    assert room.correction(correction_id).state is S.APPLYING
    room.go(second, Outcome.REFUSED, detail="No.")
    partly = room.correction(correction_id)
    assert partly.state is S.PARTLY_APPLIED
    assert {t.outcome for t in partly.targets} == {TargetOutcome.DONE, TargetOutcome.FAILED}
    room.give(RetryDelivery(delivery_id=second.id, reason="Again."))
    assert room.correction(correction_id).state is S.APPLYING
    room.give(CancelDelivery(delivery_id=second.id, reason="By hand."))
    assert room.correction(correction_id).state is S.PARTLY_APPLIED
    room.give(
        orders.AcceptCorrection(correction_id=correction_id, reason="Done by hand."), room.bob
    )
    assert room.correction(correction_id).state is S.PROPAGATED
    assert room.flaws() == []


def test_a_takedown_captures_first_and_passes_legal_holds(room: Desk) -> None:
    content_id = room.live()
    correction_id = room.assessed(content_id)
    room.draft(correction_id, K.TAKEDOWN)
    hold = room.give(
        holds.SetLegalHold(content_id=content_id, matter="A v. B", reason="Served today.")
    )
    approval = orders.ApproveCorrection(
        correction_id=correction_id, draft_hash=room.correction(correction_id).draft_hash or ""
    )
    assert refused(room, approval, room.kim) is RefusalCode.LEGAL_HOLD
    room.give(holds.LiftLegalHold(hold_id=hold.id, reason="Settled."))
    room.give(approval, room.kim)
    (target,) = room.correction(correction_id).targets
    (change,) = room.changes(correction_id)
    assert (target.was, change.action) == (WRONG, DeliveryAction.DELETE)
    room.give(holds.SetLegalHold(content_id=content_id, matter="A v. C", reason="Another one."))
    assert not room.lease(change).is_granted
    assert "legal hold" in room.correction(correction_id).targets[0].detail


def test_a_clause_that_came_into_force_meanwhile_stops_a_change(room: Desk) -> None:
    correction_id = room.applying(room.live())
    (change,) = room.changes(correction_id)
    lease = room.lease(change)
    clause = ClauseDraft(
        number="1",
        text="Nobody says Tuesday.",
        severity=Severity.BLOCK,
        check=CheckSpec(kind="political_activity", params=(Param(name="terms", value="Tuesday"),)),
    )
    room.give(PublishPolicy(name="Days", clauses=(clause,)))
    with pytest.raises(Refusal) as no:
        room.begin(lease)
    assert no.value.code is RefusalCode.BLOCKED_BY_CLAUSE


def test_what_its_author_says_first_counts_half_and_no_slip_counts_nothing(room: Desk) -> None:
    reader = room.factory.reader(room.org_id)
    mine = room.assessed(room.live(), room.ann)
    assert room.correction(mine).found_by is FoundBy.AUTHOR
    assert [e.weight for e in reader.find(LedgerEntry) if e.severity] == [1.5]
    theirs = room.assessed(room.live("Other words about the town hall are out now."), room.cid)
    assert room.correction(theirs).found_by is FoundBy.COLLEAGUE
    assert sorted(e.weight for e in reader.find(LedgerEntry) if e.severity) == [1.5, 3.0]
    room.assessed(room.live("The market moves to the old square in May."), severity=0)
    assert len([e for e in reader.find(LedgerEntry) if e.severity]) == 2


def test_nobody_judges_or_approves_the_correction_of_their_own_words(room: Desk) -> None:
    ann = room.a_member("eva", (Role.REVIEWER, None), (Role.AUTHOR, room.unit_id))
    content_id = room.live()
    correction_id = room.reported(content_id)
    verdict = orders.AssessCorrection(
        correction_id=correction_id, error_class=ErrorClass.FACTUAL, severity=0
    )
    assert refused(room, verdict, room.ann) is RefusalCode.FORBIDDEN
    room.give(verdict, room.bob)
    words = (Variant(channel_id=room.channel_id, text=RIGHT),)
    draft = orders.DraftCorrection(
        correction_id=correction_id, kind=K.EDIT, what_was_wrong="x", what_is_right="y", words=words
    )
    room.give(draft, ann)
    approval = orders.ApproveCorrection(
        correction_id=correction_id, draft_hash=room.correction(correction_id).draft_hash or ""
    )
    assert refused(room, approval, ann) is RefusalCode.OWN_WORDS
    stale = orders.ApproveCorrection(correction_id=correction_id, draft_hash="0" * 64)
    assert refused(room, stale, room.kim) is RefusalCode.HASH_MISMATCH
    room.give(approval, room.kim)


def test_units_that_passed_it_on_are_asked_and_the_last_answer_propagates(room: Desk) -> None:
    content_id = room.live()
    (original,) = room.of_item(content_id)
    copied, linked = room.a_unit("Roads"), room.a_unit("Culture")
    dan = room.a_member("dan", (Role.AUTHOR, copied), (Role.AUTHOR, linked))
    room.live_in(copied, "The bridge over the river opens for everybody on Monday at nine!")
    room.live_in(linked, f"Have you seen this? https://x.example/{original.id}")
    correction_id = room.applying(content_id)
    room.go(room.changes(correction_id)[0])
    assert room.correction(correction_id).state is S.APPLIED
    tasks = {task.unit_id: task for task in room.tasks()}
    assert {unit: task.why for unit, task in tasks.items()} == {
        copied: "says the same", linked: "links to it",
    }  # fmt: skip
    room.wait(48 * 3600 + 1)
    room.fire_timers()
    overdue = orders.CorrectionTaskOverdue.TYPE
    told = [row for row in room.factory.store.all("outbox") if row["type"] == overdue]
    assert {row["aggregate_id"] for row in told} == {task.id for task in tasks.values()}
    assert len(told) == len(tasks)
    no = orders.SettleCorrectionTask(task_id=tasks[copied].id, is_done=False)
    assert refused(room, no, dan) is RefusalCode.REASON_REQUIRED
    room.give(orders.SettleCorrectionTask(task_id=tasks[copied].id, is_done=True), dan)
    assert room.correction(correction_id).state is S.APPLIED
    why = "Our post says only that there is one."
    last = orders.SettleCorrectionTask(task_id=tasks[linked].id, is_done=False, reason=why)
    room.give(last, dan)
    assert room.correction(correction_id).state is S.PROPAGATED
    assert {task.state for task in room.tasks()} == {TaskState.DONE, TaskState.DECLINED}
    assert refused(room, last, dan) is RefusalCode.WRONG_STATE


def test_one_mistake_is_dealt_with_once_and_only_what_is_live(room: Desk) -> None:
    content_id = room.live()
    correction_id = room.reported(content_id)
    again = orders.ReportMistake(content_id=content_id, what_was_wrong="It is wrong.")
    assert refused(room, again, room.bob) is RefusalCode.ALREADY_EXISTS
    dismissal = orders.DismissCorrection(correction_id=correction_id, reason="It is right.")
    room.give(dismissal, room.bob)
    assert room.correction(correction_id).state is S.DISMISSED
    room.reported(content_id)
    never = orders.ReportMistake(content_id=room.a_draft(), what_was_wrong="It is wrong.")
    assert refused(room, never, room.bob) is RefusalCode.NOT_LIVE


def test_an_edit_is_refused_where_the_platform_allows_none(room: Desk) -> None:
    content_id = room.live(WRONG, room.mute_channel_id)
    correction_id = room.assessed(content_id)
    for kind in (K.EDIT, K.TAKEDOWN):
        with pytest.raises(Refusal) as no:
            room.draft(correction_id, kind)
        assert no.value.code is RefusalCode.CANNOT_EDIT
    with pytest.raises(Refusal) as no:
        room.draft(correction_id, words=(Variant(channel_id=room.channel_id, text="x"),))
    assert no.value.field == ("words",)


def test_a_retraction_leaves_the_wrong_post_to_be_seen(room: Desk) -> None:
    content_id = room.live()
    correction_id = room.applying(content_id, K.RETRACTION)
    (change,) = room.changes(correction_id)
    assert change.is_publication
    room.go(change)
    assert room.correction(correction_id).state is S.PROPAGATED


def test_nobody_else_changes_what_is_live() -> None:
    """No live text changes without a correction: one caller plans changes of live posts."""
    callers = {
        source.path
        for source in sources(*PRODUCT)
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "plan_change"
    }
    assert callers == {"services/workflow/application/corrections/approve.py"}
