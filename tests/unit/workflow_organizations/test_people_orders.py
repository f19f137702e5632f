"""Orders about people and their grants."""

from __future__ import annotations

import pytest

from contracts.permissions import Role, ScopeKind
from contracts.refusals import Refusal
from contracts.workflow.organizations import (
    AddPerson,
    DeactivatePerson,
    GrantRevoked,
    GrantRole,
    OrganizationCreated,
    PersonAdded,
    PersonDeactivated,
    RevokeGrant,
    RoleGranted,
)
from tests.unit.workflow_organizations.office import Office


def code_of(office: Office, command: object, actor: object = None) -> str:
    with pytest.raises(Refusal) as failed:
        office.give(command, actor)  # type: ignore[arg-type]
    return failed.value.code.value


def first_grant(office: Office, person_id: str | None) -> str:
    rows = [row for row in office.factory.store.all("grants") if row["person_id"] == person_id]
    return str(rows[-1]["_id"])


def test_an_organization_begins_with_one_admin() -> None:
    office = Office()

    assert [type(fact) for fact in office.facts(office.org_id)] == [OrganizationCreated]
    assert [type(fact) for fact in office.facts(str(office.admin.person_id))] == [
        PersonAdded,
        RoleGranted,
    ]


def test_an_address_joins_once_however_it_is_spelled() -> None:
    office = Office()
    office.give(AddPerson(email="Bob@City.example", name="Bob"))

    assert code_of(office, AddPerson(email="bob@city.EXAMPLE", name="Bob")) == "AlreadyExists"


def test_coming_back_brings_no_grant_back() -> None:
    office = Office()
    bob = office.a_member("bob", (Role.MANAGER, None))
    office.give(DeactivatePerson(person_id=str(bob.person_id), reason="new job"))
    again = office.give(AddPerson(email="bob@city.example", name="Bob"))

    assert again.id == bob.person_id
    assert [type(fact) for fact in office.facts(again.id)] == [
        PersonAdded,
        RoleGranted,
        GrantRevoked,
        PersonDeactivated,
        PersonAdded,
    ]
    assert code_of(office, AddPerson(email="eve@city.example", name="Eve"), bob) == "Forbidden"


def test_the_last_admin_stays() -> None:
    office = Office()
    admin = str(office.admin.person_id)

    assert code_of(office, DeactivatePerson(person_id=admin, reason="tired")) == "LastAdmin"
    assert code_of(office, RevokeGrant(grant_id=first_grant(office, admin))) == "LastAdmin"

    second = office.a_member("bob", (Role.ADMIN, None))
    assert office.give(DeactivatePerson(person_id=admin, reason="tired")).state == "inactive"
    grant = RevokeGrant(grant_id=first_grant(office, second.person_id))
    assert code_of(office, grant, second) == "LastAdmin"


def test_an_admin_for_a_time_or_for_a_unit_is_no_replacement() -> None:
    office = Office()
    bob = office.a_member("bob", (Role.ADMIN, office.a_unit()))
    office.give(
        GrantRole(
            person_id=str(bob.person_id),
            role=Role.ADMIN,
            ends_at=office.factory.clock.now().replace(year=2030),
        )
    )

    leaving = DeactivatePerson(person_id=str(office.admin.person_id), reason="tired")
    assert code_of(office, leaving) == "LastAdmin"


def test_nobody_gives_more_than_they_hold() -> None:
    office = Office()
    unit = office.a_unit()
    manager = office.a_member("bob", (Role.MANAGER, None))
    eve = str(office.a_member("eve").person_id)
    on_unit = GrantRole(person_id=eve, role=Role.ADMIN, scope=ScopeKind.UNIT, scope_id=unit)

    assert code_of(office, GrantRole(person_id=eve, role=Role.ADMIN), manager) == "Forbidden"
    assert code_of(office, on_unit, manager) == "Forbidden"
    assert office.give(GrantRole(person_id=eve, role=Role.MANAGER), manager).state == "granted"


def test_nobody_takes_more_than_they_hold() -> None:
    office = Office()
    unit = office.a_unit()
    manager = office.a_member("bob", (Role.MANAGER, None))
    unit_admin = office.a_member("eve", (Role.ADMIN, unit))
    admin = str(office.admin.person_id)

    revoke = RevokeGrant(grant_id=first_grant(office, admin))
    assert code_of(office, revoke, manager) == "Forbidden"
    leave = DeactivatePerson(person_id=str(unit_admin.person_id), reason="why")
    assert code_of(office, leave, manager) == "Forbidden"
    assert office.give(leave).state == "inactive"


def test_a_grant_on_what_is_not_there_is_refused() -> None:
    office = Office()
    bob = str(office.a_member("bob").person_id)
    for scope in (ScopeKind.UNIT, ScopeKind.CHANNEL):
        command = GrantRole(person_id=bob, role=Role.ANALYST, scope=scope, scope_id="nowhere")
        assert code_of(office, command) == "NotFound"


def test_who_left_is_given_no_role() -> None:
    office = Office()
    bob = str(office.a_member("bob").person_id)
    office.give(DeactivatePerson(person_id=bob, reason="new job"))

    assert code_of(office, GrantRole(person_id=bob, role=Role.ANALYST)) == "PersonInactive"
    assert code_of(office, DeactivatePerson(person_id=bob, reason="again")) == "PersonInactive"


def test_a_role_is_given_once_and_taken_once() -> None:
    office = Office()
    bob = office.a_member("bob", (Role.ANALYST, None))
    grant = first_grant(office, bob.person_id)

    given = GrantRole(person_id=str(bob.person_id), role=Role.ANALYST)
    assert code_of(office, given) == "AlreadyExists"
    assert office.give(RevokeGrant(grant_id=grant)).state == "revoked"
    assert code_of(office, RevokeGrant(grant_id=grant)) == "WrongState"
    assert office.give(given).state == "granted"
