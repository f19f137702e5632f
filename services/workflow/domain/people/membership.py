"""How people join and leave an organization."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final

import msgspec

from contracts.refusals import Refusal, RefusalCode
from contracts.workflow.organizations import AddPerson, PersonAdded, PersonDeactivated
from services.workflow.domain import wording
from services.workflow.domain.people.entities import Person
from services.workflow.domain.transition import Transition

ADDRESS: Final = re.compile(r"[^@\s\x00-\x1f\x7f<>(),;:\\\"\[\]]+@[^\W_]([^\W_]|[.-])*\.[^\W_]{2,}")
"""One ``@``, nothing that needs quoting (RFC 5321 4.1.2), and a domain of at least two labels."""

ADDRESS_LIMIT: Final = 254
"""RFC 5321 4.5.3.1.3: a path holds 256 octets with its angle brackets."""


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """Ids of a person who joins; ``account_id`` is derived from ``account_key(email)``."""

    id: str
    org_id: str
    account_id: str


def address(email: str, *field: str) -> str:
    """An e-mail address as it was written, trimmed."""
    clean = wording.line(email, *field, limit=ADDRESS_LIMIT)
    if not ADDRESS.fullmatch(clean) or ".." in clean:
        raise wording.invalid("This is not an e-mail address.", *field)
    return clean


def account_key(email: str) -> str:
    """What makes two spellings of an address one account."""
    return email.casefold()


def join(command: AddPerson, member: Member, *, now: datetime) -> Transition[Person]:
    """A new member; the caller has made sure that the unit exists."""
    after = Person(
        id=member.id,
        org_id=member.org_id,
        account_id=member.account_id,
        email=address(command.email, "email"),
        name=wording.line(command.name, "name"),
        unit_id=command.unit_id,
        is_active=True,
        created_at=now,
    )
    return Transition(after, (_joined(after),))


def rejoin(person: Person, command: AddPerson) -> Transition[Person]:
    """A former member comes back, without the grants of then; AlreadyExists if they never left."""
    if person.is_active:
        raise Refusal(
            RefusalCode.ALREADY_EXISTS,
            "Somebody with this e-mail address is a member already.",
            field=("email",),
            data={"person_id": person.id},
        )
    after = msgspec.structs.replace(
        person,
        email=address(command.email, "email"),
        name=wording.line(command.name, "name"),
        unit_id=command.unit_id,
        is_active=True,
    )
    return Transition(after, (_joined(after),))


def leave(person: Person, why: str) -> Transition[Person]:
    """The membership ends; PersonInactive if it has ended before, ReasonRequired without reason."""
    told = wording.reason(why)
    check_active(person)
    after = msgspec.structs.replace(person, is_active=False)
    fact = PersonDeactivated(person_id=person.id, account_id=person.account_id, reason=told)
    return Transition(after, (fact,))


def check_active(person: Person, *field: str) -> Person:
    """The person, unless their membership has ended."""
    if not person.is_active:
        raise Refusal(
            RefusalCode.PERSON_INACTIVE,
            f"{person.name} is no longer a member.",
            field=field,
            data={"person_id": person.id},
        )
    return person


def _joined(person: Person) -> PersonAdded:
    return PersonAdded(
        person_id=person.id,
        account_id=person.account_id,
        email=person.email,
        name=person.name,
        unit_id=person.unit_id,
    )
