"""Mutations of the area keys; the gateway carries them out itself."""

from __future__ import annotations

from typing import Final

from services.graphql_gateway.domain.commands import CreateApiKey, RevokeApiKey, RevokeSession
from services.graphql_gateway.execution.bindings import Act

MUTATIONS: Final[dict[str, Act]] = {
    "apiKeyCreate": Act(
        CreateApiKey,
        "apiKey",
        "ApiKey",
        "Make an API key that acts for you. The secret is in this answer and nowhere else.",
        extra={"secret": "secret"},
    ),
    "apiKeyRevoke": Act(RevokeApiKey, "apiKey", "ApiKey", "End an API key."),
    "sessionRevoke": Act(RevokeSession, "session", "Session", "End a sign-in."),
}
