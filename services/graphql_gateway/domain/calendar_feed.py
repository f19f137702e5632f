"""Secret links to the calendar: whoever has the address may read, until somebody ends it.

Written form: ``rst_cal_<id>_<secret>``; only the hash of the secret is kept.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Final

import msgspec

from chassis.ports import Entity
from contracts.commands import Answer, Command
from contracts.permissions import Permission
from contracts.views import View
from services.graphql_gateway.domain.commands import OWNER, Ended

PREFIX: Final = "rst_cal_"
MOST_NAMED: Final = 50


class FeedOf(StrEnum):
    """Whose eyes the feed has: its person's, for as long as they see anything, or everybody's."""

    PERSON = "person"
    ORGANIZATION = "organization"


class CalendarFeed(Entity, frozen=True, kw_only=True):
    """One address. A unit stands for its subtree; without units and channels it shows everything."""

    account_id: str
    person_id: str
    whose: FeedOf
    name: str
    secret_hash: str
    unit_ids: tuple[str, ...]
    channel_ids: tuple[str, ...]
    created_at: datetime
    revoked_at: datetime | None = None

    def revoked(self, now: datetime) -> CalendarFeed:
        """Ended; the first end counts."""
        if self.revoked_at is not None:
            return self
        return msgspec.structs.replace(self, revoked_at=now)


class CalendarFeedView(View, frozen=True, kw_only=True):
    """Index: (org_id, created_at, _id). The hash is not among it."""

    OWNER: ClassVar[str] = OWNER
    COLLECTION: ClassVar[str] = "calendar_feeds"

    id: str
    org_id: str
    account_id: str
    person_id: str
    whose: str
    name: str
    unit_ids: list[str]
    channel_ids: list[str]
    created_at: datetime
    revoked_at: datetime | None


class FeedOpened(Answer, frozen=True, kw_only=True):
    """The feed and, this once, the secret part of its address: ``/calendar/<token>.ics``."""

    id: str
    token: str


class OpenCalendarFeed(Command, frozen=True, kw_only=True):
    """Make a secret address of the calendar, for one person or for the whole organization."""

    OWNER: ClassVar[str] = OWNER
    PERMISSION: ClassVar[Permission | None] = Permission.CONTENT_READ
    ANSWER: ClassVar[type[Answer]] = FeedOpened

    name: str
    whose: FeedOf = FeedOf.PERSON
    unit_ids: tuple[str, ...] = ()
    channel_ids: tuple[str, ...] = ()


class CloseCalendarFeed(Command, frozen=True, kw_only=True):
    """End an address; it opens nothing from now on."""

    OWNER: ClassVar[str] = OWNER
    PERMISSION: ClassVar[Permission | None] = Permission.CONTENT_READ
    ANSWER: ClassVar[type[Answer]] = Ended

    feed_id: str


def feed_token(ident: str, secret: str) -> str:
    """As it is shown, once."""
    return f"{PREFIX}{ident.replace('-', '')}_{secret}"


def feed_parts(token: str) -> tuple[str, str] | None:
    """(id, secret); None if it is no such token."""
    plain, _, secret = token.removeprefix(PREFIX).partition("_")
    if not token.startswith(PREFIX) or len(plain) != 32 or not secret or not plain.isalnum():
        return None
    cuts = (plain[:8], plain[8:12], plain[12:16], plain[16:20], plain[20:])
    return "-".join(cuts), secret
