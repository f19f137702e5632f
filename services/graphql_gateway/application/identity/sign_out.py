"""End a session."""

from __future__ import annotations

from chassis.ports import Actor, Work
from contracts.refusals import not_found
from services.graphql_gateway.application.ports import Identity
from services.graphql_gateway.domain.credentials import INSTALLATION, Session


def sign_out(identity: Identity, actor: Actor) -> None:
    """End the session that the access token belongs to; nothing for a key."""
    if actor.session_id:
        end_session(identity, actor, actor.session_id, may_end_all=False)


def end_session(identity: Identity, actor: Actor, ident: str, *, may_end_all: bool) -> str:
    """End a session of one's own, or of anybody for who manages people; NotFound otherwise."""

    def ended(work: Work) -> str:
        session = work.get(Session, ident)
        if not may_end_all and session.account_id != actor.account_id:
            raise not_found("Session", ident)
        if session.revoked_at is None:
            work.save(session.revoked(work.now, "signed out"))
        return session.id

    return identity.units.run(actor, actor.org_id or INSTALLATION, ended)
