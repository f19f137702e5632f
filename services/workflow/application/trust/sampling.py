"""Whether an item that went out unread is drawn for a review after."""

from __future__ import annotations

from chassis.ports import Work
from services.workflow.domain.content.item import ContentItem
from services.workflow.domain.trust.sampling import drawn
from services.workflow.domain.trust.settings import SampleKey


def is_drawn(item: ContentItem, work: Work) -> bool:
    """One in five, by the organization's secret, the item and its version: the same at every call."""
    return drawn(_key(work).secret, item.id, item.version_hash or "")


def _key(work: Work) -> SampleKey:
    ident = work.ids.derived("sample key", work.org_id)
    known = work.first(SampleKey, id=ident)
    if known is not None:
        return known
    # Two ids of version 7 hold 148 random bits.
    secret = f"{work.ids.new()}{work.ids.new()}"
    return work.add(SampleKey(id=ident, org_id=work.org_id, secret=secret))
