"""Orders that the gateway itself carries out: about its own keys and sessions."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from contracts.commands import Answer, Command
from contracts.permissions import Permission

OWNER = "graphql_gateway"


class ApiKeyCreated(Answer, frozen=True, kw_only=True):
    """The key and, this once, its secret."""

    id: str
    secret: str


class Ended(Answer, frozen=True, kw_only=True):
    """What was ended."""

    id: str


class CreateApiKey(Command, frozen=True, kw_only=True):
    """Make a key that acts for the person who makes it, with these scopes at most."""

    OWNER: ClassVar[str] = OWNER
    PERMISSION: ClassVar[Permission | None] = Permission.KEY_MANAGE
    ANSWER: ClassVar[type[Answer]] = ApiKeyCreated

    name: str
    scopes: tuple[Permission, ...] | None = None
    expires_at: datetime | None = None


class PersonInvited(Answer, frozen=True, kw_only=True):
    """Who is invited and, this once, the token with which they set a password."""

    id: str
    token: str


class InvitePerson(Command, frozen=True, kw_only=True):
    """Invite a member who has not set a password; the invitation before is worthless."""

    OWNER: ClassVar[str] = OWNER
    PERMISSION: ClassVar[Permission | None] = Permission.PERSON_MANAGE
    ANSWER: ClassVar[type[Answer]] = PersonInvited

    person_id: str


class RevokeApiKey(Command, frozen=True, kw_only=True):
    """End a key; it is refused within 5 seconds."""

    OWNER: ClassVar[str] = OWNER
    PERMISSION: ClassVar[Permission | None] = Permission.KEY_MANAGE
    ANSWER: ClassVar[type[Answer]] = Ended

    key_id: str


class RevokeSession(Command, frozen=True, kw_only=True):
    """End a sign-in; its access token is refused within 5 seconds."""

    OWNER: ClassVar[str] = OWNER
    PERMISSION: ClassVar[Permission | None] = None
    ANSWER: ClassVar[type[Answer]] = Ended

    session_id: str
