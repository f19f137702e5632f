"""Secret links to the calendar: their type, list and mutations."""

from __future__ import annotations

from typing import Final

from contracts.permissions import Permission
from services.graphql_gateway.domain.calendar_feed import (
    CalendarFeedView,
    CloseCalendarFeed,
    FeedOf,
    OpenCalendarFeed,
)
from services.graphql_gateway.execution.bindings import (
    Act,
    FieldBinding,
    GlobalId,
    Many,
    ObjectBinding,
    Ref,
    Refs,
    Scope,
    Stored,
)

FEED: Final = ObjectBinding(
    "CalendarFeed",
    CalendarFeedView,
    "A secret address of the calendar; it is shown once, when it is made.",
    {
        "id": GlobalId(),
        "name": Stored("name", "What people call it."),
        "whose": Stored("whose", "Whose eyes it has.", of=FeedOf),
        "person": Ref("person_id", "Person", "Who made it."),
        "units": Refs("unit_ids", "Unit", "Only these, with those below them.", most=50),
        "channels": Refs("channel_ids", "Channel", "Only these.", most=50),
        "createdAt": Stored("created_at", "When it was made."),
        "revokedAt": Stored("revoked_at", "When it was ended."),
    },
    permission=Permission.CALENDAR_MANAGE,
    scope=Scope(own="account_id"),
    is_node=True,
)

TYPES: Final = [FEED]

QUERIES: Final[dict[str, FieldBinding]] = {
    "calendarFeeds": Many(
        "CalendarFeed",
        "Your secret links, newest first; all of them for who manages the calendar.",
        order="created_at",
        is_descending=True,
    ),
}

MUTATIONS: Final[dict[str, Act]] = {
    "calendarFeedOpen": Act(
        OpenCalendarFeed,
        "feed",
        "CalendarFeed",
        "Make a secret link: GET /calendar/<token>.ics. The token is in this answer, nowhere else.",
        extra={"token": "token"},
    ),
    "calendarFeedClose": Act(CloseCalendarFeed, "feed", "CalendarFeed", "End a secret link."),
}
