"""The review that is owed by what went out before it."""

from __future__ import annotations

from chassis.ports import Work
from contracts.refusals import Refusal, RefusalCode
from contracts.workflow.content import ContentState, DebtState, DraftAnswer
from contracts.workflow.deliveries import DeliveryState
from contracts.workflow.review import DebtOverdue, SettleReviewDebt
from services.workflow.application.content.items import answer, person_of, store
from services.workflow.application.content.review import eligible_reviewers
from services.workflow.application.content.schedule import DEBT_TIMER
from services.workflow.application.conversations.replies import reply_refused
from services.workflow.application.deliveries.plan import cancel_planned, deliveries_of
from services.workflow.application.trust.ledger import note_clean, note_incident
from services.workflow.domain.content import events
from services.workflow.domain.content.item import ContentItem
from services.workflow.domain.content.machine import transition

OUT = (DeliveryState.CONFIRMED, DeliveryState.UNKNOWN, DeliveryState.NEEDS_PERSON)


def settle_review_debt(command: SettleReviewDebt, work: Work) -> DraftAnswer:
    """Cleared or an incident; the trust ledger hears of it for every channel it is out on.

    Refuses NotAReviewer, OwnWords, HashMismatch, WrongState, ReasonRequired.
    """
    item = work.get(ContentItem, command.content_id)
    _refuse_reader(command, item, work)
    event = events.DebtSettled(
        at=work.now,
        actor_id=person_of(work),
        state=DebtState.INCIDENT if command.is_incident else DebtState.CLEARED,
        severity=command.severity if command.is_incident else None,
        reason=command.reason,
    )
    stored = store(transition(item, event), work, reason=command.reason)
    work.stop_timers(item.id, DEBT_TIMER)
    if stored.state is ContentState.DRAFT:
        _taken_back(item, command.reason, work)
    for channel_id in _channels_out(stored, work):
        _note(stored, channel_id, event, work=work)
    return answer(stored)


def _taken_back(item: ContentItem, reason: str, work: Work) -> None:
    work.stop_timers(item.id)
    cancel_planned(item, reason, work)
    if item.conversation_id:
        reply_refused(item.conversation_id, reason, work)


def _refuse_reader(command: SettleReviewDebt, item: ContentItem, work: Work) -> None:
    person = person_of(work)
    if not item.is_written_by(person) and person not in eligible_reviewers(item, work):
        raise Refusal(RefusalCode.NOT_A_REVIEWER, "This person may not review this item now.")
    if command.version_hash != item.version_hash:
        raise Refusal(
            RefusalCode.HASH_MISMATCH,
            "The verdict is about another version than the one that is out.",
            field=("versionHash",),
        )


def _channels_out(item: ContentItem, work: Work) -> list[str]:
    out = {d.channel_id for d in deliveries_of(item, work) if d.state in OUT}
    return sorted(out)


def _note(item: ContentItem, channel_id: str, event: events.DebtSettled, *, work: Work) -> None:
    if event.state is DebtState.CLEARED:
        note_clean(item, channel_id, work)
        return
    note_incident(
        item,
        channel_id,
        severity=event.severity or 1,
        self_reported=False,
        source_id=work.ids.derived("debt", item.id, item.version_hash or ""),
        work=work,
    )


def debt_is_late(content_id: str, work: Work) -> None:
    """Timer: a review that is owed was not given in time. Told once for every time that is set."""
    item = work.first(ContentItem, id=content_id)
    if item is None or item.debt is not DebtState.OPEN or item.debt_due_at is None:
        return
    if item.debt_due_at > work.now:
        work.start_timer(DEBT_TIMER, item.id, item.debt_due_at)
        return
    fact = DebtOverdue(content_id=item.id, due_at=item.debt_due_at)
    work.save(item, fact, reason="The review that is owed is overdue.")
