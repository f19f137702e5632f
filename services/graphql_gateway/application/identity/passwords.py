"""Passwords of accounts, and operators: what the command line does."""

from __future__ import annotations

import msgspec

from chassis.ports import Work
from contracts.refusals import Refusal, RefusalCode, not_found
from services.graphql_gateway.application.ports import Identity, the_gateway
from services.graphql_gateway.domain.credentials import INSTALLATION, SHORTEST_PASSWORD, Account

LONGEST: int = 1_000


def checked(password: str) -> str:
    """The password if it is long enough (NIST SP 800-63B, 5.1.1.2: length, and nothing else)."""
    if SHORTEST_PASSWORD <= len(password) <= LONGEST:
        return password
    sentence = f"A password has at least {SHORTEST_PASSWORD} characters."
    raise Refusal(RefusalCode.INVALID_ARGUMENT, sentence, field=("password",))


def create_operator(identity: Identity, *, email: str, password: str) -> str:
    """The account id of an operator of the installation; an existing account becomes one."""
    kept = identity.passwords.hashed(checked(password))
    ident = identity.ids.derived("account", email.strip().casefold())

    def created(work: Work) -> str:
        found = work.first(Account, id=ident)
        if found is not None:
            made = msgspec.structs.replace(found, is_operator=True, password_hash=kept)
            return work.save(made).id
        made = Account(
            id=ident,
            org_id=INSTALLATION,
            email=email.strip(),
            password_hash=kept,
            is_operator=True,
            created_at=work.now,
        )
        return work.add(made).id

    return identity.units.run(the_gateway(), INSTALLATION, created)


def set_password(identity: Identity, *, email: str, password: str) -> None:
    """Set it; NotFound if nobody has this address. Sessions go on."""
    kept = identity.passwords.hashed(checked(password))
    ident = identity.ids.derived("account", email.strip().casefold())

    def changed(work: Work) -> None:
        found = work.first(Account, id=ident)
        if found is None:
            raise not_found("account", email)
        work.save(msgspec.structs.replace(found, password_hash=kept))

    identity.units.run(the_gateway(), INSTALLATION, changed)
