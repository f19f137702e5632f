"""Sign in with e-mail and password."""

from __future__ import annotations

from contracts.refusals import Refusal, RefusalCode
from services.graphql_gateway.application.identity.tokens import SignedIn, signed_in
from services.graphql_gateway.application.ports import Identity
from services.graphql_gateway.domain.credentials import INSTALLATION, Account, Membership


def sign_in(
    identity: Identity, *, email: str, password: str, organization: str | None, source: str
) -> SignedIn:
    """Tokens that name exactly one organization, or none for an operator.

    ``organization`` is a slug. Refusals: WrongCredentials (for an unknown address, a wrong password
    and an organization the account is not in, alike), OrganizationNeeded with the choices,
    RateLimited after too many failures.
    """
    who = email.strip().casefold()
    identity.throttle.check(who)
    identity.throttle.check(source)
    account = account_of(identity, who)
    if not identity.passwords.matches(password, account.password_hash if account else None):
        identity.throttle.failed(who)
        identity.throttle.failed(source)
        raise wrong_credentials()
    if account is None or not (account.active or account.is_operator):
        raise wrong_credentials()
    return signed_in(identity, account, _place(identity, account, organization))


def account_of(identity: Identity, email: str) -> Account | None:
    """The account of an address, written in any case."""
    ident = identity.ids.derived("account", email.strip().casefold())
    return identity.units.reader(INSTALLATION).first(Account, id=ident)


def _place(identity: Identity, account: Account, slug: str | None) -> Membership | None:
    if slug:
        wanted = identity.ids.derived("organization", slug)
        found = [each for each in account.active if each.org_id == wanted]
        if not found:
            raise wrong_credentials()
        return found[0]
    if account.is_operator:
        return None
    if len(account.active) > 1:
        raise _which(identity, account)
    return account.active[0]


def _which(identity: Identity, account: Account) -> Refusal:
    places = identity.organizations.places([each.org_id for each in account.active])
    choices = [{"slug": each.slug, "name": each.name} for each in places]
    return Refusal(
        RefusalCode.ORGANIZATION_NEEDED,
        "This account belongs to several organizations: name one by its slug.",
        field=("organization",),
        data={"organizations": choices},
    )


def wrong_credentials() -> Refusal:
    """One answer for everything that does not fit."""
    return Refusal(RefusalCode.WRONG_CREDENTIALS, "These credentials do not fit.")
