"""Who may give which order; a denied order changes nothing."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from chassis.ports import Actor, ActorKind
from contracts.commands import Command
from contracts.flow import ReportProgress
from contracts.permissions import Permission, Role, ScopeKind
from contracts.refusals import Refusal
from contracts.workflow.channels import (
    AddChannel,
    ArchiveChannel,
    AuthorizeChannel,
    ChangeChannel,
    Platform,
)
from contracts.workflow.organizations import (
    AddPerson,
    AddUnit,
    ChangeUnit,
    CreateOrganization,
    DeactivatePerson,
    GrantRole,
    SetRoutingRules,
)
from services.workflow.application.governance.authorize import Authorizer
from services.workflow.application.governance.target import whole_organization
from services.workflow.bootstrap import TARGETS
from tests.unit.workflow_organizations.builders import NOW
from tests.unit.workflow_organizations.office import OPERATOR, Office

SERVICE = Actor(kind=ActorKind.SERVICE, account_id="ingest")


def refused(office: Office, command: Command, actor: Actor) -> str:
    """The code of the refusal; asserts that the store is as it was."""
    collections = ("organizations", "units", "people", "grants", "channels", "routing_rules")
    before = [office.factory.store.all(name) for name in (*collections, "outbox", "audit_entries")]
    with pytest.raises(Refusal) as failed:
        office.give(command, actor)
    after = [office.factory.store.all(name) for name in (*collections, "outbox", "audit_entries")]
    assert after == before
    return failed.value.code.value


def orders(office: Office, unit_id: str | None) -> dict[str, Command]:
    """One order of each kind that touches this unit, or the organization."""
    steward = office.admin.person_id or ""
    return {
        "unit": AddUnit(name="New", parent_id=unit_id),
        "person": AddPerson(email=f"{unit_id}@city.example", name="New", unit_id=unit_id),
        "grant": GrantRole(
            person_id=steward,
            role=Role.RESPONDER,
            scope=ScopeKind.UNIT if unit_id else ScopeKind.ORGANIZATION,
            scope_id=unit_id,
        ),
        "routing": SetRoutingRules(rules=()),
    }


MATRIX = {
    Role.ADMIN: {"unit", "person", "grant", "routing"},
    Role.MANAGER: {"unit", "person", "grant"},
    Role.RESPONDER: set(),
    Role.AUTHOR: set(),
    Role.REVIEWER: set(),
    Role.ANALYST: set(),
    Role.CRISIS_CELL: set(),
}


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("order", ["unit", "person", "grant", "routing"])
def test_roles_on_the_organization(role: Role, order: str) -> None:
    office = Office()
    member = office.a_member("bob", (role, None))
    command = orders(office, None)[order]

    if order in MATRIX[role]:
        assert office.give(command, member)
    else:
        assert refused(office, command, member) == "Forbidden"


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("order", ["unit", "person", "grant"])
def test_roles_on_a_unit_reach_its_subtree_and_nothing_else(role: Role, order: str) -> None:
    office = Office()
    press = office.a_unit("Press")
    desk = office.a_unit("Desk", press)
    other = office.a_unit("Other")
    member = office.a_member("bob", (role, press))

    for unit_id in (other, None):
        assert refused(office, orders(office, unit_id)[order], member) == "Forbidden"
    for unit_id in (press, desk):
        command = orders(office, unit_id)[order]
        if order in MATRIX[role]:
            assert office.give(command, member)
        else:
            assert refused(office, command, member) == "Forbidden"


def test_rules_of_the_organization_need_a_role_on_the_organization() -> None:
    office = Office()
    member = office.a_member("bob", (Role.ADMIN, office.a_unit()))

    assert refused(office, SetRoutingRules(rules=()), member) == "Forbidden"


def test_a_role_on_a_channel_reaches_that_channel_only() -> None:
    office = Office()
    unit = office.a_unit()
    mine, other = office.a_channel(unit, handle="mine"), office.a_channel(unit, handle="other")
    member = office.a_member("bob")
    office.give(
        GrantRole(
            person_id=str(member.person_id),
            role=Role.MANAGER,
            scope=ScopeKind.CHANNEL,
            scope_id=mine,
        )
    )

    assert office.give(ChangeChannel(channel_id=mine, name="Mine"), member).rev == 2
    assert refused(office, ChangeChannel(channel_id=other, name="Mine"), member) == "Forbidden"
    assert refused(office, AddUnit(name="New", parent_id=unit), member) == "Forbidden"


def test_a_grant_counts_in_its_time_only() -> None:
    office = Office()
    member = office.a_member("bob")
    starts, ends = (
        office.factory.clock.now().replace(hour=10),
        office.factory.clock.now().replace(hour=11),
    )
    grant = GrantRole(
        person_id=str(member.person_id), role=Role.MANAGER, starts_at=starts, ends_at=ends
    )
    office.give(grant)
    command = AddUnit(name="New")

    assert refused(office, command, member) == "Forbidden"
    office.factory.clock.advance(3600)  # type: ignore[attr-defined]
    assert office.give(command, member)
    office.factory.clock.advance(3600)  # type: ignore[attr-defined]
    assert refused(office, command, member) == "Forbidden"


def test_a_moved_unit_is_ruled_from_its_new_place() -> None:
    office = Office()
    press, town, desk = office.a_unit("Press"), office.a_unit("Town"), office.a_unit("Desk")
    member = office.a_member("bob", (Role.MANAGER, town))

    assert refused(office, AddUnit(name="New", parent_id=desk), member) == "Forbidden"
    office.give(ChangeUnit(unit_id=desk, parent_id=town))
    assert office.give(AddUnit(name="New", parent_id=desk), member)
    office.give(ChangeUnit(unit_id=desk, parent_id=press))
    assert refused(office, AddUnit(name="Newer", parent_id=desk), member) == "Forbidden"


def test_a_key_narrows_what_its_person_may() -> None:
    office = Office()
    narrow = office.actor(
        str(office.admin.person_id),
        "ada@city.example",
        scopes=frozenset({Permission.UNIT_MANAGE, Permission.ROLE_GRANT}),
    )

    assert office.give(AddUnit(name="New"), narrow)
    assert refused(office, AddPerson(email="x@city.example", name="X"), narrow) == "Forbidden"
    grant = GrantRole(person_id=str(office.admin.person_id), role=Role.MANAGER)
    assert refused(office, grant, narrow) == "Forbidden"


def test_a_key_never_widens() -> None:
    office = Office()
    member = office.a_member("bob", (Role.ANALYST, None))
    wide = office.actor(str(member.person_id), "bob@city.example", scopes=frozenset(Permission))

    assert refused(office, AddUnit(name="New"), wide) == "Forbidden"


def test_who_left_may_nothing() -> None:
    office = Office()
    member = office.a_member("bob", (Role.ADMIN, None))
    office.give(DeactivatePerson(person_id=str(member.person_id), reason="new job"))

    assert refused(office, AddUnit(name="New"), member) == "PersonInactive"


@pytest.mark.parametrize(
    "changes",
    [
        {"person_id": "somebody"},
        {"account_id": "somebody"},
        {"org_id": "another"},
        {"org_id": None},
        {"kind": ActorKind.SERVICE},
        {"kind": ActorKind.OPERATOR},
    ],
)
def test_a_token_that_does_not_fit_the_member_may_nothing(changes: dict[str, Any]) -> None:
    office = Office()
    actor = msgspec.structs.replace(office.admin, **changes)

    assert refused(office, AddUnit(name="New"), actor) == "Forbidden"


def test_operators_create_organizations_and_nothing_else() -> None:
    office = Office()
    unit = office.a_unit()

    for command in orders(office, unit).values():
        assert refused(office, command, OPERATOR) == "Forbidden"
    create = CreateOrganization(
        slug="city", name="City", admin_email="eve@city.example", admin_name="Eve"
    )
    assert refused(office, create, office.admin) == "Forbidden"
    assert refused(office, create, SERVICE) == "Forbidden"
    assert refused(office, create, OPERATOR) == "AlreadyExists"


def test_orders_between_services_are_refused_to_everybody_else() -> None:
    office = Office()
    authorize = Authorizer(TARGETS)
    command = ReportProgress(group="g", topic="t", applied_up_to=NOW)

    office.factory.run(SERVICE, office.org_id, lambda work: authorize(command, work))
    for actor in (office.admin, OPERATOR):
        with pytest.raises(Refusal):
            office.factory.run(actor, office.org_id, lambda work: authorize(command, work))


def test_an_order_without_a_known_target_is_refused() -> None:
    office = Office()
    only = Authorizer({AddUnit: whole_organization})

    with pytest.raises(Refusal):
        office.factory.run(
            office.admin, office.org_id, lambda work: only(SetRoutingRules(rules=()), work)
        )


def test_what_another_organization_has_is_what_nobody_has() -> None:
    office = Office()
    other = Office(slug="town", factory=office.factory)
    unit = other.a_unit()
    channel = other.a_channel(unit)
    person = str(other.admin.person_id)
    mine = office.a_unit()

    def answers(unit_id: str, channel_id: str, person_id: str) -> list[str]:
        commands: list[Command] = [
            AddUnit(name="New", parent_id=unit_id),
            ChangeUnit(unit_id=unit_id, name="New"),
            ChangeUnit(unit_id=mine, parent_id=unit_id),
            AddPerson(email="new@city.example", name="New", unit_id=unit_id),
            DeactivatePerson(person_id=person_id, reason="why"),
            GrantRole(person_id=person_id, role=Role.ANALYST),
            GrantRole(
                person_id=str(office.admin.person_id),
                role=Role.ANALYST,
                scope=ScopeKind.CHANNEL,
                scope_id=channel_id,
            ),
            AddChannel(platform=Platform.ARCHIVE, name="Old", unit_id=mine, steward_id=person_id),
            ChangeChannel(channel_id=channel_id, name="New"),
            ArchiveChannel(channel_id=channel_id, reason="why"),
            AuthorizeChannel(channel_id=channel_id, permission=Permission.CHANNEL_CONNECT),
        ]
        return [refused(office, command, office.admin) for command in commands]

    assert answers(unit, channel, person) == answers("no-unit", "no-channel", "no-person")
    assert set(answers(unit, channel, person)) == {"NotFound"}
