"""Commands on their way: to their owners over HTTP, or to the gateway's own use cases."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any, Final

from chassis.errors import Unavailable
from chassis.ports import Actor
from contracts.commands import Answer, Command
from contracts.permissions import Permission
from contracts.refusals import Refusal, RefusalCode
from services.graphql_gateway.application.feeds.open_and_close import close_feed, open_feed
from services.graphql_gateway.application.identity.invitation import invitation_token
from services.graphql_gateway.application.identity.sign_out import end_session
from services.graphql_gateway.application.keys.keys import NewKey, create_api_key, revoke_api_key
from services.graphql_gateway.application.ports import Identity
from services.graphql_gateway.application.viewers import Viewers
from services.graphql_gateway.domain.calendar_feed import CloseCalendarFeed, OpenCalendarFeed
from services.graphql_gateway.domain.commands import (
    OWNER,
    ApiKeyCreated,
    CreateApiKey,
    Ended,
    InvitePerson,
    PersonInvited,
    RevokeApiKey,
    RevokeSession,
)
from services.graphql_gateway.execution.mutations import CommandSender

WAIT_SECONDS: Final = 5.0
"""How long a mutation waits for a place before the client is told to try again."""


class BoundedSender:
    """At most ``places`` commands at a time, so that reads always find a thread (rule 4)."""

    def __init__(self, sender: CommandSender, places: int) -> None:
        self._sender = sender
        self._places = threading.BoundedSemaphore(places)

    def send(self, command: Command, actor: Actor, *, key: str, alias: str) -> Answer:
        """See CommandSender; Unavailable when no place becomes free."""
        if not self._places.acquire(timeout=WAIT_SECONDS):
            message = "too many commands at once"
            raise Unavailable(message, retry_after=1)
        try:
            return self._sender.send(command, actor, key=key, alias=alias)
        finally:
            self._places.release()


class RoutingSender:
    """The gateway's own commands stay here; all others go to their owners."""

    def __init__(self, own: CommandSender, others: CommandSender) -> None:
        self._own, self._others = own, others

    def send(self, command: Command, actor: Actor, *, key: str, alias: str) -> Answer:
        """See CommandSender."""
        sender = self._own if command.OWNER == OWNER else self._others
        return sender.send(command, actor, key=key, alias=alias)


Handler = Callable[[Any, Actor, str], Answer]


class OwnCommands:
    """Keys, sessions, invitations, calendar feeds. A repeat of a creation finds the first one by its derived id."""

    def __init__(self, identity: Identity, viewers: Viewers) -> None:
        self._identity, self._viewers = identity, viewers
        self._handlers: Mapping[type[Command], Handler] = {
            CreateApiKey: self._create,
            InvitePerson: self._invite,
            RevokeApiKey: self._revoke_key,
            RevokeSession: self._revoke_session,
            OpenCalendarFeed: self._open_feed,
            CloseCalendarFeed: self._close_feed,
        }

    def send(self, command: Command, actor: Actor, *, key: str, alias: str) -> Answer:
        """See CommandSender."""
        place = self._identity.ids.derived("own", actor.org_id or "", actor.account_id, key, alias)
        return self._handlers[type(command)](command, actor, place)

    def _may(self, actor: Actor, permission: Permission) -> bool:
        return self._viewers.of(actor).coverage(permission).organization

    def _need(self, actor: Actor, permission: Permission) -> None:
        if not self._may(actor, permission):
            sentence = f"This needs the permission {permission.value}."
            raise Refusal(RefusalCode.FORBIDDEN, sentence, data={"permission": permission.value})

    def _create(self, command: CreateApiKey, actor: Actor, place: str) -> Answer:
        self._need(actor, Permission.KEY_MANAGE)
        ident, secret = create_api_key(
            self._identity,
            actor,
            NewKey(name=command.name, scopes=command.scopes, expires_at=command.expires_at),
            ident=place,
        )
        return ApiKeyCreated(id=ident, secret=secret)

    def _invite(self, command: InvitePerson, actor: Actor, _place: str) -> Answer:
        self._need(actor, Permission.PERSON_MANAGE)
        token = invitation_token(
            self._identity, org_id=actor.org_id or "", person_id=command.person_id
        )
        return PersonInvited(id=command.person_id, token=token)

    def _revoke_key(self, command: RevokeApiKey, actor: Actor, _place: str) -> Answer:
        may_end_all = self._may(actor, Permission.KEY_MANAGE)
        ended = revoke_api_key(self._identity, actor, command.key_id, may_end_all=may_end_all)
        return Ended(id=ended)

    def _revoke_session(self, command: RevokeSession, actor: Actor, _place: str) -> Answer:
        may_end_all = self._may(actor, Permission.PERSON_MANAGE)
        ended = end_session(self._identity, actor, command.session_id, may_end_all=may_end_all)
        return Ended(id=ended)

    def _open_feed(self, command: OpenCalendarFeed, actor: Actor, place: str) -> Answer:
        return open_feed(self._identity, self._viewers.of(actor), command, ident=place)

    def _close_feed(self, command: CloseCalendarFeed, actor: Actor, _place: str) -> Answer:
        may_end_all = self._may(actor, Permission.CALENDAR_MANAGE)
        return close_feed(self._identity, actor, command.feed_id, may_end_all=may_end_all)
