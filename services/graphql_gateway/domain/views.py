"""What the schema may show of the gateway's own collections; the hashes are not among it."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Final

import msgspec

from chassis.ports import ActorKind
from contracts.views import View
from services.graphql_gateway.domain.calendar_feed import CalendarFeedView


class ApiKeyView(View, frozen=True, kw_only=True):
    """Index: (org_id, created_at, _id)."""

    OWNER: ClassVar[str] = "graphql_gateway"
    COLLECTION: ClassVar[str] = "keys"

    id: str
    org_id: str
    account_id: str
    person_id: str
    name: str
    scopes: list[str] | None
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked_at: datetime | None


class SessionView(View, frozen=True, kw_only=True):
    """Index: (org_id, created_at, _id)."""

    OWNER: ClassVar[str] = "graphql_gateway"
    COLLECTION: ClassVar[str] = "sessions"

    id: str
    org_id: str
    account_id: str
    person_id: str | None
    created_at: datetime
    last_used_at: datetime
    expires_at: datetime
    revoked_at: datetime | None


OWN_VIEWS: Final[tuple[type[View], ...]] = (ApiKeyView, SessionView, CalendarFeedView)


class ViewerPart(msgspec.Struct):
    """Who asks."""

    kind: ActorKind
    person_id: str | None
    org_id: str | None
    permissions: list[str]
