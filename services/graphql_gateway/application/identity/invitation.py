"""Invitations: how a new member gets a password."""

from __future__ import annotations

from datetime import datetime

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
    """Enter the organization of an invitation and sign in there.

    An account without a password gets this one. One that has a password, because it belongs to
    another organization too, is entered with that password only: whoever invites an address must not
    come by what others have given it. WrongCredentials, InvalidArgument, RateLimited.
    """
    found = parts(token, INVITE)
    if found is None:
        raise wrong_credentials()
    org_id, ident, secret = found
    invitation = identity.units.reader(org_id).first(Invitation, id=ident)
    if invitation is None or not _opens(invitation, secret, identity.clock.now()):
        raise wrong_credentials()
    account = _entered(identity, invitation, checked(password))
    identity.units.run(the_gateway(), org_id, lambda work: _used_up(work, ident))
    place = next((each for each in account.active if each.org_id == org_id), None)
    if place is None:
        raise wrong_credentials()
    return signed_in(identity, account, place)


def _opens(invitation: Invitation, secret: str, now: datetime) -> bool:
    return invitation.is_open(now) and matches(secret, invitation.token_hash)


def _entered(identity: Identity, invitation: Invitation, password: str) -> Account:
    who = invitation.email.strip().casefold()
    identity.throttle.check(who)
    kept = identity.passwords.hashed(password)

    def enter(work: Work) -> Account:
        account = work.get(Account, invitation.account_id)
        if account.password_hash is None:
            account = msgspec.structs.replace(account, password_hash=kept)
        elif not identity.passwords.matches(password, account.password_hash):
            identity.throttle.failed(who)
            raise _needs_known_password()
        return work.save(account.entered(invitation.org_id))

    return identity.units.run(the_gateway(), INSTALLATION, enter)


def _used_up(work: Work, ident: str) -> Invitation:
    found = work.get(Invitation, ident)
    return work.save(msgspec.structs.replace(found, accepted_at=work.now, token_hash=None))


def _needs_known_password() -> Refusal:
    sentence = "This address has an account already: enter with its password."
    return Refusal(RefusalCode.WRONG_CREDENTIALS, sentence, field=("password",))
