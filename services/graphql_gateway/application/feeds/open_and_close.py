"""Make and end secret links to the calendar."""

from __future__ import annotations

from chassis.ports import Actor, Work
from contracts.permissions import Permission
from contracts.refusals import Refusal, RefusalCode, not_found
from services.graphql_gateway.application.ports import Identity
from services.graphql_gateway.domain.calendar_feed import (
    MOST_NAMED,
    CalendarFeed,
    FeedOf,
    FeedOpened,
    OpenCalendarFeed,
    feed_token,
)
from services.graphql_gateway.domain.commands import Ended
from services.graphql_gateway.domain.credentials import hashed
from services.graphql_gateway.domain.viewer import Viewer


def open_feed(
    identity: Identity, viewer: Viewer, wish: OpenCalendarFeed, *, ident: str
) -> FeedOpened:
    """The token is known to nobody later. A feed of the organization needs to manage its calendar.

    ``ident`` makes a repeat fail with AlreadyExists in place of a second feed.
    """
    actor = viewer.actor
    if actor.org_id is None or actor.person_id is None:
        raise Refusal(RefusalCode.ORGANIZATION_NEEDED, "A calendar belongs to an organization.")
    _check(wish, viewer)
    secret = identity.secrets.new()
    feed = CalendarFeed(
        id=ident,
        org_id=actor.org_id,
        account_id=actor.account_id,
        person_id=actor.person_id,
        whose=wish.whose,
        name=wish.name.strip()[:200],
        secret_hash=hashed(secret),
        unit_ids=tuple(dict.fromkeys(wish.unit_ids)),
        channel_ids=tuple(dict.fromkeys(wish.channel_ids)),
        created_at=identity.clock.now(),
    )
    identity.units.run(actor, actor.org_id, lambda work: _added(work, feed))
    return FeedOpened(id=feed.id, token=feed_token(feed.id, secret))


def _check(wish: OpenCalendarFeed, viewer: Viewer) -> None:
    _need(viewer, Permission.CONTENT_READ, is_whole=False)
    if wish.whose is FeedOf.ORGANIZATION:
        _need(viewer, Permission.CONTENT_READ, is_whole=True)
        _need(viewer, Permission.CALENDAR_MANAGE, is_whole=True)
    if not wish.name.strip():
        raise Refusal(RefusalCode.INVALID_ARGUMENT, "A feed needs a name.", field=("name",))
    if max(len(wish.unit_ids), len(wish.channel_ids)) > MOST_NAMED:
        sentence = f"A feed names {MOST_NAMED} units and channels at most."
        raise Refusal(RefusalCode.INVALID_ARGUMENT, sentence)


def _need(viewer: Viewer, permission: Permission, *, is_whole: bool) -> None:
    held = viewer.coverage(permission)
    if held.is_empty or (is_whole and not held.organization):
        sentence = f"This needs the permission {permission.value}."
        raise Refusal(RefusalCode.FORBIDDEN, sentence, data={"permission": permission.value})


def _added(work: Work, feed: CalendarFeed) -> None:
    if work.first(CalendarFeed, id=feed.id) is not None:
        sentence = "This feed was made already; its address was shown then, and only then."
        raise Refusal(RefusalCode.ALREADY_EXISTS, sentence)
    work.add(feed)


def close_feed(identity: Identity, actor: Actor, ident: str, *, may_end_all: bool) -> Ended:
    """End a feed of one's own, or anybody's for who manages the calendar; NotFound otherwise."""

    def ended(work: Work) -> str:
        feed = work.get(CalendarFeed, ident)
        if not may_end_all and feed.account_id != actor.account_id:
            raise not_found("CalendarFeed", ident)
        if feed.revoked_at is None:
            work.save(feed.revoked(work.now))
        return feed.id

    if actor.org_id is None:
        raise not_found("CalendarFeed", ident)
    return Ended(id=identity.units.run(actor, actor.org_id, ended))
