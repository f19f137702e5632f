"""What a client holds after it signed in."""

from __future__ import annotations

from datetime import datetime

import msgspec

from chassis.ports import Actor, ActorKind, Work
from services.graphql_gateway.application.ports import Identity
from services.graphql_gateway.domain.credentials import (
    ACCESS_LIFE,
    INSTALLATION,
    REFRESH,
    SESSION_LIFE,
    Account,
    Membership,
    Session,
    compound,
    hashed,
)


class SignedIn(msgspec.Struct, frozen=True, kw_only=True):
    """Both tokens; ``expires_in`` is in seconds and about the access token."""

    access_token: str
    refresh_token: str
    expires_in: int = int(ACCESS_LIFE.total_seconds())
    token_type: str = "Bearer"  # noqa: S105 - RFC 6750
    organization_id: str | None = None


def actor_of(session: Session) -> Actor:
    """Who a session stands for."""
    is_operator = session.org_id == INSTALLATION
    return Actor(
        kind=ActorKind.OPERATOR if is_operator else ActorKind.PERSON,
        account_id=session.account_id,
        org_id=None if is_operator else session.org_id,
        person_id=session.person_id,
        session_id=session.id,
        source="session",
    )


def opened(account: Account, place: Membership | None, work: Work, refresh_hash: str) -> Session:  # noqa: PLR0917
    """A new session of an account, in an organization or, for operators, in none."""
    return work.add(_session(account, place, work, refresh_hash))


def _session(account: Account, place: Membership | None, work: Work, kept: str) -> Session:  # noqa: PLR0917
    return Session(
        id=work.ids.new(),
        org_id=work.org_id,
        account_id=account.id,
        person_id=place.person_id if place else None,
        refresh_hash=kept,
        created_at=work.now,
        last_used_at=work.now,
        expires_at=_end(work.now),
    )


def _end(now: datetime) -> datetime:
    return now + SESSION_LIFE


def signed_in(identity: Identity, account: Account, place: Membership | None) -> SignedIn:
    """Open a session and hand out its tokens."""
    secret = identity.secrets.new()
    org_id = place.org_id if place else INSTALLATION
    actor = Actor(kind=ActorKind.PERSON, account_id=account.id, org_id=org_id, source="sign-in")
    session = identity.units.run(
        actor, org_id, lambda work: opened(account, place, work, hashed(secret))
    )
    return handed_out(identity, session, secret)


def handed_out(identity: Identity, session: Session, secret: str) -> SignedIn:
    """The tokens of a session."""
    actor = actor_of(session)
    return SignedIn(
        access_token=identity.tokens.sign(actor),
        refresh_token=compound(REFRESH, session.org_id, session.id, secret),
        organization_id=actor.org_id,
    )
