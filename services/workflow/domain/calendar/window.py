"""Windows of the calendar: between two instants publications wait, or those of a subject do."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

import msgspec

from chassis.ports import Entity
from contracts.closing import Publication, holds
from contracts.permissions import ScopeKind
from contracts.refusals import Refusal, RefusalCode
from contracts.workflow.calendar import (
    AddWindow,
    ChangeWindow,
    WindowAdded,
    WindowChanged,
    WindowEnded,
    WindowKind,
)
from contracts.workflow.content import Schedule
from services.workflow.domain import wording
from services.workflow.domain.content.times import instant_of
from services.workflow.domain.transition import Transition

TAG_LIMIT: Final = 20
EXEMPTION_LIMIT: Final = 50
_LISTS: Final = ("exempt_content_ids", "exempt_channel_ids", "exempt_unit_ids")


class CalendarWindow(Entity, frozen=True, kw_only=True):
    """From ``starts_at`` on, until just before ``ends_at``.

    The wall times and zones are what the person said; the instants are derived from them once.
    ``scope_id`` is the unit (with its subtree) or the channel, None for the whole organization.
    """

    kind: WindowKind
    scope: ScopeKind
    scope_id: str | None
    starts_at: datetime
    ends_at: datetime
    starts_wall: str
    ends_wall: str
    time_zone: str
    ends_zone: str
    reason: str
    tags: tuple[str, ...]
    exempt_content_ids: tuple[str, ...]
    exempt_channel_ids: tuple[str, ...]
    exempt_unit_ids: tuple[str, ...]
    added_by: str
    is_active: bool = True
    ended_at: datetime | None = None
    ended_by: str | None = None
    end_reason: str = ""

    def holds(self, what: Publication, at: datetime) -> bool:
        """Whether this publication may not go out at this instant because of it."""
        return holds(self, what, at)


def added(
    command: AddWindow, *, ident: str, org_id: str, by: str, now: datetime
) -> Transition[CalendarWindow]:
    """Refuses odd times, ends before their starts, windows that are over, embargoes of nothing."""
    starts_at, ends_at = _span(command.starts, command.ends, now)
    window = CalendarWindow(
        id=ident,
        org_id=org_id,
        kind=command.kind,
        scope=command.scope,
        scope_id=_scope_id(command),
        starts_at=starts_at,
        ends_at=ends_at,
        starts_wall=command.starts.wall_time,
        ends_wall=command.ends.wall_time,
        time_zone=command.starts.time_zone,
        ends_zone=command.ends.time_zone,
        reason=wording.reason(command.reason),
        tags=_tags(command.kind, command.tags),
        exempt_content_ids=_few(command.exempt_content_ids),
        exempt_channel_ids=_few(command.exempt_channel_ids),
        exempt_unit_ids=_few(command.exempt_unit_ids),
        added_by=by,
    )
    fact = WindowAdded(
        window_id=window.id,
        kind=window.kind,
        scope=window.scope,
        scope_id=window.scope_id,
        starts_at=starts_at,
        ends_at=ends_at,
        reason=window.reason,
        tags=window.tags,
    )
    return Transition(window, (fact,))


def changed(
    window: CalendarWindow, command: ChangeWindow, now: datetime
) -> Transition[CalendarWindow]:
    """Refuses WrongState for one that is over, and what ``added`` refuses."""
    _refuse_over(window)
    after = msgspec.structs.replace(
        window, **_times(window, command, now), **_others(window, command)
    )
    fact = WindowChanged(
        window_id=after.id,
        scope=after.scope,
        scope_id=after.scope_id,
        starts_at=after.starts_at,
        ends_at=after.ends_at,
        reason=after.reason,
        tags=after.tags,
    )
    return Transition(after, (fact,)) if after != window else Transition(window)


def ended(
    window: CalendarWindow, *, reason: str, by: str | None, now: datetime
) -> Transition[CalendarWindow]:
    """It holds nothing from here on. Refuses WrongState for one that is over already."""
    _refuse_over(window)
    after = msgspec.structs.replace(
        window, is_active=False, ended_at=now, ended_by=by, end_reason=reason
    )
    return Transition(after, (WindowEnded(window_id=window.id, reason=reason, ended_by=by),))


def _refuse_over(window: CalendarWindow) -> None:
    if not window.is_active:
        raise Refusal(RefusalCode.WRONG_STATE, "This window is over already.")


def _times(window: CalendarWindow, command: ChangeWindow, now: datetime) -> dict[str, Any]:
    """What was not named keeps its instant: it is not read anew from its wall time."""
    starts_at = _instant(command.starts, "starts") if command.starts else window.starts_at
    ends_at = _instant(command.ends, "ends") if command.ends else window.ends_at
    _refuse_bad_span(starts_at, ends_at, now)
    found: dict[str, Any] = {"starts_at": starts_at, "ends_at": ends_at}
    if command.starts:
        found |= {"starts_wall": command.starts.wall_time, "time_zone": command.starts.time_zone}
    if command.ends:
        found |= {"ends_wall": command.ends.wall_time, "ends_zone": command.ends.time_zone}
    return found


def _others(window: CalendarWindow, command: ChangeWindow) -> dict[str, Any]:
    found = {name: _few(given) for name in _LISTS if (given := getattr(command, name)) is not None}
    if command.tags is not None:
        found["tags"] = _tags(window.kind, command.tags)
    if command.reason is not None:
        return {**found, "reason": wording.reason(command.reason)}
    return found


def _span(starts: Schedule, ends: Schedule, now: datetime) -> tuple[datetime, datetime]:
    starts_at, ends_at = _instant(starts, "starts"), _instant(ends, "ends")
    _refuse_bad_span(starts_at, ends_at, now)
    return starts_at, ends_at


def _instant(said: Schedule, field: str) -> datetime:
    try:
        return instant_of(said)
    except Refusal as no:
        raise Refusal(no.code, no.sentence, field=(field, *no.field[1:]), data=no.data) from no


def _refuse_bad_span(starts_at: datetime, ends_at: datetime, now: datetime) -> None:
    if ends_at <= starts_at:
        raise Refusal(RefusalCode.INVALID_TIME, "It ends before it begins.", field=("ends",))
    if ends_at <= now:
        raise Refusal(RefusalCode.INVALID_TIME, "That time has passed.", field=("ends",))


def _scope_id(command: AddWindow) -> str | None:
    if command.scope is ScopeKind.ORGANIZATION:
        return None
    if not command.scope_id:
        raise wording.invalid(f"Say which {command.scope.value}.", "scopeId")
    return command.scope_id


def _tags(kind: WindowKind, tags: tuple[str, ...]) -> tuple[str, ...]:
    if len(tags) > TAG_LIMIT:
        raise wording.invalid(f"A window has {TAG_LIMIT} tags at most.", "tags")
    if kind is WindowKind.EMBARGO and not tags:
        raise wording.invalid("An embargo names the tags it is about.", "tags")
    if kind is WindowKind.BLACKOUT and tags:
        raise wording.invalid("A blackout is about everything; an embargo is about tags.", "tags")
    return tuple(dict.fromkeys(wording.line(tag, "tags") for tag in tags))


def _few(idents: tuple[str, ...]) -> tuple[str, ...]:
    if len(idents) > EXEMPTION_LIMIT:
        raise wording.invalid(f"A window has {EXEMPTION_LIMIT} exemptions of a kind at most.")
    return tuple(dict.fromkeys(idents))
