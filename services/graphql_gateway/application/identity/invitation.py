"""Invitations: how a new member gets a password."""

from __future__ import annotations

import msgspec

from chassis.ports import Work
from contracts.refusals import Refusal, RefusalCode, not_found
from services.graphql_gateway.application.identity.passwords import checked
from services.graphql_gateway.application.identity.sign_in import wrong_credentials
from services.graphql_gateway.application.identity.tokens import SignedIn, signed_in
from services.graphql_gateway.application.ports import Identity, the_gateway
from services.graphql_gateway.domain.credentials import (
    INSTALLATION,
    INVITATION_LIFE,
    INVITE,
    Account,
    Invitation,
    compound,
    hashed,
    matches,
    parts,
)


def invitation_token(identity: Identity, *, org_id: str, person_id: str) -> str:
    """A new token for ``POST /auth/accept``; the one before is worthless. NotFound, AlreadyExists."""
    secret = identity.secrets.new()
    ident = identity.ids.derived("invitation", org_id, person_id)

    def renewed(work: Work) -> Invitation:
        found = work.first(Invitation, id=ident)
        if found is None:
            raise not_found("Person", person_id)
        if found.accepted_at is not None:
            raise Refusal(RefusalCode.ALREADY_EXISTS, "This invitation was accepted already.")
        end = work.now + INVITATION_LIFE
        return work.save(msgspec.structs.replace(found, token_hash=hashed(secret), expires_at=end))

    identity.units.run(the_gateway(), org_id, renewed)
    return compound(INVITE, org_id, ident, secret)


def accept(identity: Identity, *, token: str, password: str) -> SignedIn:
    """Set the password of an invited account and sign it in. WrongCredentials, InvalidArgument."""
    found = parts(token, INVITE)
    if found is None:
        raise wrong_credentials()
    org_id, ident, secret = found
    kept = identity.passwords.hashed(checked(password))
    invitation = identity.units.run(
        the_gateway(), org_id, lambda work: _accepted(work, ident, secret)
    )
    account = identity.units.run(
        the_gateway(), INSTALLATION, lambda work: _with_password(work, invitation, kept)
    )
    place = next((each for each in account.active if each.org_id == org_id), None)
    if place is None:
        raise wrong_credentials()
    return signed_in(identity, account, place)


def _accepted(work: Work, ident: str, secret: str) -> Invitation:
    found = work.first(Invitation, id=ident)
    if found is None or not found.is_open(work.now) or not matches(secret, found.token_hash):
        raise wrong_credentials()
    return work.save(msgspec.structs.replace(found, accepted_at=work.now, token_hash=None))


def _with_password(work: Work, invitation: Invitation, kept: str) -> Account:
    account = work.first(Account, id=invitation.account_id)
    if account is None:
        raise not_found("Account", invitation.account_id)
    if account.password_hash is not None:
        # A member elsewhere already: an organization's invitation must not change their password.
        return account
    return work.save(msgspec.structs.replace(account, password_hash=kept))
