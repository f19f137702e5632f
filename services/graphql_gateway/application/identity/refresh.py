"""Exchange a refresh token for new tokens."""

from __future__ import annotations

from chassis.ports import Work
from contracts.refusals import Refusal, RefusalCode
from services.graphql_gateway.application.identity.sign_in import wrong_credentials
from services.graphql_gateway.application.identity.tokens import SignedIn, handed_out
from services.graphql_gateway.application.ports import Identity, the_gateway
from services.graphql_gateway.domain.credentials import REFRESH, Session, hashed, matches, parts


def refresh(identity: Identity, token: str) -> SignedIn:
    """New tokens; the old refresh token is used up.

    Presenting a used one again means that two hold it: the session ends for both (RFC 9700, 4.14.2).
    """
    found = parts(token, REFRESH)
    if found is None:
        raise wrong_credentials()
    org_id, ident, secret = found
    fresh = identity.secrets.new()
    session = identity.units.run(
        the_gateway(), org_id, lambda work: _exchanged(work, ident, secret=secret, fresh=fresh)
    )
    if session is None:
        raise Refusal(RefusalCode.WRONG_CREDENTIALS, "This session has ended: sign in again.")
    return handed_out(identity, session, fresh)


def _exchanged(work: Work, ident: str, *, secret: str, fresh: str) -> Session | None:
    session = work.first(Session, id=ident)
    if session is None or not session.is_live(work.now):
        return None
    if matches(secret, session.refresh_hash):
        return work.save(session.exchanged(hashed(fresh), work.now))
    if any(matches(secret, used) for used in session.used_hashes):
        work.save(session.revoked(work.now, "a used refresh token came back"))
    return None
