"""From what a request shows to who acts, in at most one read every two seconds."""

from __future__ import annotations

from typing import Final

from chassis.ports import Actor, ActorKind
from contracts.refusals import Refusal, RefusalCode
from services.graphql_gateway.application.freshness import Fresh
from services.graphql_gateway.application.ports import Identity
from services.graphql_gateway.domain.credentials import (
    INSTALLATION,
    LIVE,
    ApiKey,
    Session,
    hashed,
    key_parts,
    matches,
)

FRESH_SECONDS: Final = 2.0
"""A revoked session or key opens nothing after this long (ARCHITECTURE rule 10)."""


class Authenticator:
    """Knows access tokens and API keys; safe for many threads."""

    def __init__(self, identity: Identity) -> None:
        self._identity = identity
        self._sessions: Fresh[Session | None] = Fresh(FRESH_SECONDS, identity.clock.monotonic)
        self._keys: Fresh[ApiKey | None] = Fresh(FRESH_SECONDS, identity.clock.monotonic)

    def actor(self, authorization: str) -> Actor:
        """Who acts by the value of an Authorization header. Unauthenticated, TokenExpired."""
        scheme, _, token = authorization.partition(" ")
        token = token.strip()
        if scheme.lower() != "bearer" or not token:
            raise unauthenticated("Show an access token or an API key as a bearer token.")
        return self._by_key(token) if token.startswith(LIVE) else self._by_session(token)

    def _by_session(self, token: str) -> Actor:
        actor = self._identity.tokens.read(token)
        org_id = actor.org_id or INSTALLATION
        ident = actor.session_id or ""
        session = self._sessions.get(f"{org_id}/{ident}", lambda: self._session(org_id, ident))
        if session is None or not session.is_live(self._identity.clock.now()):
            raise unauthenticated("This session has ended: sign in again.")
        return actor

    def _session(self, org_id: str, ident: str) -> Session | None:
        return self._identity.units.reader(org_id).first(Session, id=ident)

    def _by_key(self, token: str) -> Actor:
        key = self._keys.get(hashed(token), lambda: self._key(token))
        if key is None or not key.is_live(self._identity.clock.now()):
            raise unauthenticated("This API key opens nothing.")
        self._identity.keys.used(key)
        return Actor(
            kind=ActorKind.PERSON,
            account_id=key.account_id,
            org_id=key.org_id,
            person_id=key.person_id,
            scopes=None if key.scopes is None else frozenset(key.scopes),
            source=f"key {key.id}",
        )

    def _key(self, token: str) -> ApiKey | None:
        found = key_parts(token)
        key = self._identity.keys.by_id(found[0]) if found else None
        if found is None or key is None or not matches(found[1], key.secret_hash):
            return None
        return key


def unauthenticated(sentence: str) -> Refusal:
    """Who asks is not known."""
    return Refusal(RefusalCode.UNAUTHENTICATED, sentence)
