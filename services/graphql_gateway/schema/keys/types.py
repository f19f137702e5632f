"""Types of the area keys: credentials of people and programs."""

from __future__ import annotations

from typing import Final

from contracts.permissions import Permission
from services.graphql_gateway.domain.views import ApiKeyView, SessionView
from services.graphql_gateway.execution.bindings import (
    GlobalId,
    ObjectBinding,
    Ref,
    Scope,
    Stored,
)

API_KEY: Final = ObjectBinding(
    "ApiKey",
    ApiKeyView,
    "A credential for programs; its secret is shown once, when it is made.",
    {
        "id": GlobalId(),
        "name": Stored("name", "What people call it."),
        "scopes": Stored("scopes", "All it may do; null: whatever its person may.", of=Permission),
        "createdAt": Stored("created_at", "When it was made."),
        "expiresAt": Stored("expires_at", "When it ends by itself."),
        "lastUsedAt": Stored("last_used_at", "When it was last used, to the minute."),
        "revokedAt": Stored("revoked_at", "When it was revoked."),
        "person": Ref("person_id", "Person", "For whom it acts."),
    },
    permission=Permission.KEY_MANAGE,
    scope=Scope(own="account_id"),
    is_node=True,
)

SESSION: Final = ObjectBinding(
    "Session",
    SessionView,
    "One sign-in, from its first access token to its end.",
    {
        "id": GlobalId(),
        "createdAt": Stored("created_at", "When it began."),
        "lastUsedAt": Stored("last_used_at", "When its refresh token was last used."),
        "expiresAt": Stored("expires_at", "When it ends by itself."),
        "revokedAt": Stored("revoked_at", "When it was revoked."),
        "person": Ref("person_id", "Person", "Who signed in."),
    },
    permission=Permission.PERSON_MANAGE,
    scope=Scope(own="account_id"),
    is_node=True,
)

TYPES: Final = [API_KEY, SESSION]
