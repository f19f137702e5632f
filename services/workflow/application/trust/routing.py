"""The route of an item: who has to read it, before it goes out or after, and why."""

from __future__ import annotations

from collections.abc import Sequence

from chassis.ports import Work
from contracts.permissions import Permission
from contracts.workflow.content import Finding
from services.workflow.application.governance.holders import Holders
from services.workflow.application.governance.target import Target
from services.workflow.domain.content.item import ContentItem
from services.workflow.domain.content.routes import Route, route_for


def route_of(item: ContentItem, _findings: Sequence[Finding], work: Work) -> Route:
    """The stages with their people. Fails closed: refuses NoReviewer where nobody may read it."""
    holders = Holders(_target_of(item), work)
    eligible = frozenset(
        p for p in holders.may(Permission.CONTENT_REVIEW) if not item.is_written_by(p)
    )
    return route_for(item.topic_risk, eligible, work.now)


def _target_of(item: ContentItem) -> Target:
    """A grant on one channel suffices only where the item goes to that channel alone."""
    channel_id = item.channel_ids[0] if len(item.channel_ids) == 1 else None
    return Target(unit_id=item.unit_id, channel_id=channel_id)
