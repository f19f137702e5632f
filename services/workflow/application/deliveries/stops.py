"""Stop-all: halt everything that is due, with reason, exemptions and an end."""

from __future__ import annotations

from typing import Final

from chassis.ports import Work
from contracts.commands import Done
from contracts.refusals import Refusal, RefusalCode
from contracts.workflow.channels import ChannelState
from contracts.workflow.deliveries import DeliveryState, ResumeAll, StopAll
from services.workflow.application.conversations.moving import person_of
from services.workflow.application.deliveries.pacing import pass_gate
from services.workflow.application.deliveries.plan import settle
from services.workflow.application.governance.rights import lineage
from services.workflow.domain import wording
from services.workflow.domain.channels.entities import Channel
from services.workflow.domain.content.item import ContentItem
from services.workflow.domain.deliveries import events
from services.workflow.domain.deliveries.delivery import Delivery
from services.workflow.domain.deliveries.machine import transition
from services.workflow.domain.deliveries.stop import PublishingStop, begun, ended
from services.workflow.domain.organizations.entities import Unit

END_TIMER: Final = "stop_end"
RELEASE_TIMER: Final = "stop_release"
AT_ONCE: Final = 100
"""Deliveries released in one transaction."""
EVERY_CHANNEL: Final = 100_000


def stop_all(command: StopAll, work: Work) -> Done:
    """From the next transaction on nothing begins: every channel's gate is written here."""
    step = begun(
        command, ident=work.ids.new(), org_id=work.org_id, by=person_of(work), now=work.now
    )
    _refuse_unknown(command, work)
    for channel in work.find(Channel, limit=EVERY_CHANNEL):
        if channel.state is not ChannelState.ARCHIVED:
            pass_gate(channel.id, work)
    stored = work.add(step.entity, *step.facts)
    if stored.ends_at is not None:
        work.start_timer(END_TIMER, stored.id, stored.ends_at)
    return _answer(stored)


def _refuse_unknown(command: StopAll, work: Work) -> None:
    """An exemption with a slip in it would exempt nothing, silently: NotFound instead."""
    for ident in command.exempt_content_ids:
        work.get(ContentItem, ident)
    for ident in command.exempt_channel_ids:
        work.get(Channel, ident)
    for ident in command.exempt_unit_ids:
        work.get(Unit, ident)


def resume_all(command: ResumeAll, work: Work) -> Done:
    """What the stop held is released in the background, at each channel's rate."""
    stop = work.get(PublishingStop, command.stop_id)
    reason = wording.reason(command.reason)
    return _answer(_end(stop, work, reason=reason, by=person_of(work)))


def _end(stop: PublishingStop, work: Work, *, reason: str, by: str | None) -> PublishingStop:
    step = ended(stop, reason=reason, by=by, now=work.now)
    work.stop_timers(stop.id)
    work.start_timer(RELEASE_TIMER, stop.id, work.now)
    return work.save(step.entity, *step.facts, reason=reason)


def _answer(stop: PublishingStop) -> Done:
    return Done(id=stop.id, rev=stop.rev, state="active" if stop.is_active else "over")


def stop_end(stop_id: str, work: Work) -> None:
    """Timer: the stop's time has come. A second call does nothing."""
    stop = work.first(PublishingStop, id=stop_id)
    if stop is not None and stop.is_active and stop.is_over(work.now):
        _end(stop, work, reason="Its time has come.", by=None)


def stop_release(stop_id: str, work: Work) -> None:
    """Timer: give back what the stop held, a part at a time; each waits for its channel's turn."""
    held = work.find(Delivery, stop_id=stop_id, state=DeliveryState.HELD, limit=AT_ONCE)
    for delivery in held:
        settle(transition(delivery, events.Released(at=work.now)), work)
    if len(held) == AT_ONCE:
        work.start_timer(RELEASE_TIMER, stop_id, work.now)


def stop_halting(delivery: Delivery, work: Work) -> PublishingStop | None:
    """The stop that halts this delivery now, if one does."""
    stops = [s for s in work.find(PublishingStop, is_active=True) if not s.is_over(work.now)]
    if not stops:
        return None
    units = lineage(work, delivery.unit_id)
    return next((stop for stop in stops if stop.halts(delivery, units)), None)


def refuse_stopped(delivery: Delivery, work: Work) -> None:
    """Refuses PublishingStopped with the stop and its reason."""
    stop = stop_halting(delivery, work)
    if stop is not None:
        raise Refusal(
            RefusalCode.PUBLISHING_STOPPED,
            f"All publishing is stopped: {stop.reason}",
            data={"stop_id": stop.id},
        )
