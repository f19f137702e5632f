"""Whether the calendar is closed for a publication: asked when it is scheduled, and when it is sent."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from chassis.ports import Work
from contracts.closing import Publication
from contracts.envelope import rfc3339
from contracts.refusals import Refusal, RefusalCode
from contracts.workflow.calendar import WindowKind
from services.workflow.application.governance.rights import lineage
from services.workflow.domain.calendar.window import CalendarWindow
from services.workflow.domain.content.item import ContentItem

_CODES: Final = {
    WindowKind.BLACKOUT: RefusalCode.BLACKOUT,
    WindowKind.EMBARGO: RefusalCode.EMBARGOED,
}


def window_holding(
    item: ContentItem, channel_ids: tuple[str, ...], *, at: datetime, work: Work
) -> CalendarWindow | None:
    """The window that keeps the item from one of these channels at this instant, if one does."""
    windows = [
        w for w in work.find(CalendarWindow, is_active=True) if w.starts_at <= at < w.ends_at
    ]
    if not windows:
        return None
    units = lineage(work, item.unit_id)
    asked = [
        Publication(content_id=item.id, channel_id=c, lineage=units, tags=item.tags)
        for c in channel_ids
    ]
    return next((w for w in windows if any(w.holds(each, at) for each in asked)), None)


def refuse_closed(
    item: ContentItem, channel_ids: tuple[str, ...], *, at: datetime, work: Work
) -> None:
    """Refuses Blackout or Embargoed with the window, its reason and when it ends."""
    window = window_holding(item, channel_ids, at=at, work=work)
    if window is not None:
        raise Refusal(
            _CODES[window.kind],
            why_closed(window),
            field=("schedule",),
            data={"window_id": window.id, "ends_at": rfc3339(window.ends_at)},
        )


def why_closed(window: CalendarWindow) -> str:
    """The sentence for people."""
    until = f"{window.ends_wall} {window.ends_zone}"
    return f"Nothing goes out here until {until} ({window.kind.value}): {window.reason}"
