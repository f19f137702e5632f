"""Open and close the calendar."""

from __future__ import annotations

from typing import Final

from chassis.ports import Work
from contracts.commands import Done
from contracts.permissions import ScopeKind
from contracts.workflow.calendar import AddWindow, ChangeWindow, RemoveWindow
from contracts.workflow.channels import ChannelState
from contracts.workflow.deliveries import DeliveryState
from services.workflow.application.conversations.moving import person_of
from services.workflow.application.deliveries.pacing import pass_gate
from services.workflow.application.deliveries.plan import settle
from services.workflow.application.governance.target import Target
from services.workflow.domain import wording
from services.workflow.domain.calendar.window import CalendarWindow, added, changed, ended
from services.workflow.domain.channels.entities import Channel
from services.workflow.domain.channels.registry import check_not_archived
from services.workflow.domain.content.item import ContentItem
from services.workflow.domain.deliveries import events
from services.workflow.domain.deliveries.delivery import Delivery
from services.workflow.domain.deliveries.machine import transition
from services.workflow.domain.organizations.entities import Unit

END_TIMER: Final = "window_end"
RELEASE_TIMER: Final = "window_release"
AT_ONCE: Final = 100
EVERY_CHANNEL: Final = 100_000


def add_window(command: AddWindow, work: Work) -> Done:
    """It holds from the next transaction on, also what is scheduled already."""
    _refuse_unknown(command, work)
    step = added(
        command, ident=work.ids.new(), org_id=work.org_id, by=person_of(work), now=work.now
    )
    _pass_gates(step.entity, work)
    stored = work.add(step.entity, *step.facts)
    work.start_timer(END_TIMER, stored.id, stored.ends_at)
    return _answer(stored)


def change_window(command: ChangeWindow, work: Work) -> Done:
    """What it holds by now and would not hold any more is released, to be looked at again."""
    _refuse_unknown(command, work)
    step = changed(work.get(CalendarWindow, command.window_id), command, work.now)
    if not step.facts:
        return _answer(step.entity)
    _pass_gates(step.entity, work)
    work.stop_timers(step.entity.id)
    stored = work.save(step.entity, *step.facts)
    work.start_timer(END_TIMER, stored.id, stored.ends_at)
    work.start_timer(RELEASE_TIMER, stored.id, work.now)
    return _answer(stored)


def remove_window(command: RemoveWindow, work: Work) -> Done:
    """What it held is released in the background, at each channel's rate."""
    window = work.get(CalendarWindow, command.window_id)
    return _answer(_end(window, work, reason=wording.reason(command.reason), by=person_of(work)))


def _end(window: CalendarWindow, work: Work, *, reason: str, by: str | None) -> CalendarWindow:
    step = ended(window, reason=reason, by=by, now=work.now)
    work.stop_timers(window.id)
    work.start_timer(RELEASE_TIMER, window.id, work.now)
    return work.save(step.entity, *step.facts, reason=reason)


def _answer(window: CalendarWindow) -> Done:
    return Done(id=window.id, rev=window.rev, state="active" if window.is_active else "over")


def _pass_gates(window: CalendarWindow, work: Work) -> None:
    """Write the gates of the channels in reach, so that an attempt at the same time runs again."""
    of_one = {"id": window.scope_id} if window.scope is ScopeKind.CHANNEL else {}
    for channel in work.find(Channel, limit=EVERY_CHANNEL, **of_one):
        if channel.state is not ChannelState.ARCHIVED:
            pass_gate(channel.id, work)


def _refuse_unknown(command: AddWindow | ChangeWindow, work: Work) -> None:
    """A name with a slip in it would close or exempt nothing, silently: NotFound instead."""
    for ident in command.exempt_content_ids or ():
        work.get(ContentItem, ident)
    for ident in command.exempt_channel_ids or ():
        work.get(Channel, ident)
    for ident in command.exempt_unit_ids or ():
        work.get(Unit, ident)


def window_end(window_id: str, work: Work) -> None:
    """Timer: the window's time is over. A second call does nothing."""
    window = work.first(CalendarWindow, id=window_id)
    if window is not None and window.is_active and window.ends_at <= work.now:
        _end(window, work, reason="Its time is over.", by=None)


def window_release(window_id: str, work: Work) -> None:
    """Timer: give back what the window held; if it still holds it, the next lease says so again."""
    held = work.find(Delivery, window_id=window_id, state=DeliveryState.HELD, limit=AT_ONCE)
    for delivery in held:
        settle(transition(delivery, events.Released(at=work.now)), work)
    if len(held) == AT_ONCE:
        work.start_timer(RELEASE_TIMER, window_id, work.now)


def target_of_new(command: AddWindow, work: Work) -> Target:
    """Who closes a part of the calendar needs the permission on that part."""
    match command.scope:
        case ScopeKind.UNIT:
            return Target(unit_id=work.get(Unit, command.scope_id or "").id)
        case ScopeKind.CHANNEL:
            channel = check_not_archived(work.get(Channel, command.scope_id or ""), "scopeId")
            return Target(unit_id=channel.unit_id, channel_id=channel.id)
        case _:
            return Target()


def target_of_window(command: ChangeWindow | RemoveWindow, work: Work) -> Target:
    """The part of the calendar that the window closes."""
    window = work.get(CalendarWindow, command.window_id)
    if window.scope is ScopeKind.CHANNEL:
        return Target(channel_id=window.scope_id)
    return Target(unit_id=window.scope_id)
