"""The routes or the crisis level changed: what waits and needs a deeper review now is asked for it."""

from __future__ import annotations

from chassis.ports import Work
from contracts.refusals import Refusal
from contracts.workflow.content import ApprovalKind, ContentState
from services.workflow.application.content.expire import expire_approval, send_back
from services.workflow.application.content.opening import open_review
from services.workflow.application.content.review import round_of, supersede
from services.workflow.application.trust.routing import route_of
from services.workflow.application.trust.waiting import WAITING
from services.workflow.domain.content.item import ContentItem
from services.workflow.domain.content.rerouting import has_passed, is_enough
from services.workflow.domain.content.rounds import ReviewRound
from services.workflow.domain.content.routes import Route


def route_looked_at(content_id: str, work: Work) -> None:
    """Timer: an approval that asked for less expires; a round that asks for less begins anew.

    What the crisis cell approved past review stays: it owes its review already.
    """
    item = work.first(ContentItem, id=content_id)
    if item is None or item.state not in WAITING or item.approval is ApprovalKind.EMERGENCY:
        return
    try:
        route = route_of(item, item.findings, work)
    except Refusal as nobody:
        send_back(item, f"Its review changed. {nobody.sentence}", work)
        return
    if not is_enough(item, route.stages, after=route.after, asked=_asked(item, work)):
        _deepen(item, route, work)


def _deepen(item: ContentItem, route: Route, work: Work) -> None:
    reason = f"Its review goes deeper now: {route.explanation}"
    if item.state is not ContentState.IN_REVIEW:
        expire_approval(item, reason, work)
        return
    told = supersede(item, work)
    stored = work.save(item, *told, reason=reason)
    open_review(stored, route, work, again=reason)


def _asked(item: ContentItem, work: Work) -> list[ReviewRound]:
    """The present round, the one it appeals against, and those that these words passed."""
    present = round_of(item, work)
    if present is None:
        return []
    rounds = work.find(ReviewRound, content_id=item.id, version_hash=present.version_hash)
    own = (present.id, present.appeal_of)
    return [review for review in rounds if review.id in own or has_passed(review)]
