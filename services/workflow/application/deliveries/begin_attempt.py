"""The last look before bytes leave: everything is checked again in the write of ``sending``."""

from __future__ import annotations

from chassis.ports import Work
from contracts.commands import Done
from contracts.envelope import rfc3339
from contracts.refusals import Refusal, RefusalCode
from contracts.workflow.content import ContentState
from contracts.workflow.deliveries import BeginAttempt
from services.workflow.application.calendar.closed import refuse_closed
from services.workflow.application.content.items import refuse_deaf_channel
from services.workflow.application.deliveries.changes import refuse_not_live
from services.workflow.application.deliveries.pacing import pass_gate
from services.workflow.application.deliveries.plan import settle
from services.workflow.application.deliveries.stops import refuse_stopped
from services.workflow.application.ledger.justified import refuse_unjustified_change
from services.workflow.application.policies.checking import judged
from services.workflow.domain.channels.entities import Channel
from services.workflow.domain.content.holding import may_go_out
from services.workflow.domain.content.item import ContentItem
from services.workflow.domain.content.rounds import ReviewRound
from services.workflow.domain.deliveries import events
from services.workflow.domain.deliveries.delivery import Delivery
from services.workflow.domain.deliveries.machine import transition


def begin_attempt(command: BeginAttempt, work: Work) -> Done:
    """Everything is checked again in the write of ``sending``; what is refused is not sent."""
    delivery = work.get(Delivery, command.delivery_id)
    refuse_deaf_channel(work.get(Channel, delivery.channel_id))
    pass_gate(delivery.channel_id, work)
    refuse_late(delivery, work)
    refuse_stopped(delivery, work)
    item = refuse_unjustified(delivery, work)
    if item is not None:
        # Writing the item back makes a revoke that runs at the same time conflict with this write.
        work.save(item)
        refuse_closed(item, (delivery.channel_id,), at=work.now, work=work)
    event = events.Began(
        at=work.now,
        owner=command.lease_owner,
        fence=command.fence,
        request_digest=command.request_digest,
        captured=command.captured,
        captured_media=command.captured_media,
    )
    stored = settle(transition(delivery, event), work)
    return Done(id=stored.id, rev=stored.rev, state=stored.state.value)


def refuse_late(delivery: Delivery, work: Work) -> None:
    """Late is a decision of a person, never an accident of the last second."""
    if work.now > delivery.latest:
        raise Refusal(
            RefusalCode.TOO_LATE,
            f"Late by more than {delivery.max_lateness_seconds} s: a person decides.",
            data={"due_at": rfc3339(delivery.due_at)},
        )


def refuse_unjustified(delivery: Delivery, work: Work) -> ContentItem | None:
    """A publication needs its approval; a change needs that the post stands as we left it.

    Answers the item of a publication.
    """
    if delivery.is_publication or delivery.original_id is None:
        return _approved(delivery, work)
    refuse_not_live(work.get(Delivery, delivery.original_id), work, but=delivery.id)
    refuse_unjustified_change(delivery, work)
    return None


def _approved(delivery: Delivery, work: Work) -> ContentItem:
    """The item; NotApproved unless the version that leaves was approved, and still is."""
    item = work.get(ContentItem, delivery.content_id)
    review = work.first(ReviewRound, id=item.round_id) if item.round_id else None
    is_approved = may_go_out(item, review, delivery.version_hash, now=work.now)
    if item.state is not ContentState.PUBLISHING or not is_approved:
        raise Refusal(
            RefusalCode.NOT_APPROVED,
            "The approval of this version does not hold any more.",
            data={"state": item.state.value},
        )
    _refuse_blocked(item, work)
    return item


def _refuse_blocked(item: ContentItem, work: Work) -> None:
    blocking = judged(item, work, is_sending=True).blocking
    if blocking:
        raise Refusal(
            RefusalCode.BLOCKED_BY_CLAUSE, blocking[0].sentence, data={"check": blocking[0].check}
        )
