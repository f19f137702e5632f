"""API keys: made, revoked, and what they open."""

from __future__ import annotations

from datetime import datetime

import msgspec

from chassis.ports import Actor, Work
from contracts.permissions import Permission
from contracts.refusals import Refusal, RefusalCode, not_found
from services.graphql_gateway.application.ports import Identity
from services.graphql_gateway.domain.credentials import ApiKey, hashed, key_text


class NewKey(msgspec.Struct, frozen=True, kw_only=True):
    """What a key shall be; ``scopes`` None: whatever its person may."""

    name: str
    scopes: tuple[Permission, ...] | None = None
    expires_at: datetime | None = None


def create_api_key(
    identity: Identity,
    actor: Actor,
    wish: NewKey,
    *,
    ident: str | None = None,
) -> tuple[str, str]:
    """(id, key text) of a new key that acts for the actor; the text is known to nobody later.

    ``ident`` makes a repeat fail with AlreadyExists in place of a second key. A key never makes one
    that may more than itself.
    """
    if actor.org_id is None or actor.person_id is None:
        raise Refusal(RefusalCode.ORGANIZATION_NEEDED, "A key belongs to a member.")
    if not wish.name.strip():
        raise Refusal(RefusalCode.INVALID_ARGUMENT, "A key needs a name.", field=("name",))
    secret = identity.secrets.new()
    key = ApiKey(
        id=ident or identity.ids.new(),
        org_id=actor.org_id,
        account_id=actor.account_id,
        person_id=actor.person_id,
        name=wish.name.strip()[:200],
        secret_hash=hashed(secret),
        scopes=_narrowed(wish.scopes, actor),
        created_at=identity.clock.now(),
        expires_at=wish.expires_at,
    )
    identity.units.run(actor, actor.org_id, lambda work: _added(work, key))
    return key.id, key_text(key.id, secret)


def _added(work: Work, key: ApiKey) -> None:
    if work.first(ApiKey, id=key.id) is not None:
        sentence = "This key was made already; its secret was shown then, and only then."
        raise Refusal(RefusalCode.ALREADY_EXISTS, sentence)
    work.add(key)


def _narrowed(scopes: tuple[Permission, ...] | None, actor: Actor) -> tuple[Permission, ...] | None:
    if actor.scopes is None:
        return None if scopes is None else tuple(sorted(set(scopes)))
    wanted = actor.scopes if scopes is None else frozenset(scopes)
    if not wanted <= actor.scopes:
        sentence = "A key cannot make a key that may more than itself."
        raise Refusal(RefusalCode.FORBIDDEN, sentence, field=("scopes",))
    return tuple(sorted(wanted))


def revoke_api_key(identity: Identity, actor: Actor, ident: str, *, may_end_all: bool) -> str:
    """End a key of one's own, or anybody's for who manages keys; NotFound otherwise."""

    def ended(work: Work) -> str:
        key = work.get(ApiKey, ident)
        if not may_end_all and key.account_id != actor.account_id:
            raise not_found("ApiKey", ident)
        if key.revoked_at is None:
            work.save(key.revoked(work.now))
        return key.id

    if actor.org_id is None:
        raise not_found("ApiKey", ident)
    return identity.units.run(actor, actor.org_id, ended)
