"""People join and leave; grants begin and end."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from contracts.permissions import Role, ScopeKind
from contracts.refusals import Refusal
from contracts.workflow.organizations import AddPerson, GrantRevoked, GrantRole
from services.workflow.domain.people import granting, membership
from tests.unit.workflow_organizations.builders import NOW, ORG, a_grant, a_person, later, refusal

MEMBER = membership.Member(id="person-1", org_id=ORG, account_id="account-1")


def joined(email: str) -> Any:
    return membership.join(AddPerson(email=email, name="Ada"), MEMBER, now=NOW)


@pytest.mark.parametrize(
    "email",
    [
        "ada@city.example",
        "ada+press@mail.city.example",
        "o'hara@city.example",
        "\u00e4@b\u00fccher.example",
    ],
)
def test_people_join_by_their_address(email: str) -> None:
    step = joined(f" {email} ")

    assert step.entity.email == step.facts[0].email == email
    assert step.entity.is_active


@pytest.mark.parametrize(
    "email",
    [
        "", "ada", "@city.example", "ada@", "ada@city", "a@b@city.example", "ada@.example",
        "ada@city..example", "a b@city.example", "ada\nbcc@x.example",
        "Ada <ada@city.example>", "ada@city.example,b@city.example", "a" * 250 + "@city.example",
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused(email: str) -> None:
    with pytest.raises(Refusal) as failed:
        joined(email)

    assert refusal(failed) == ("InvalidArgument", ("email",))


def test_spellings_of_one_address_are_one_account() -> None:
    assert membership.account_key("Ada@City.Example") == membership.account_key("ada@city.example")


def test_who_has_left_can_come_back_and_who_is_here_cannot_join_twice() -> None:
    command = AddPerson(email="ada@city.example", name="Ada L.", unit_id="unit-2")
    step = membership.rejoin(a_person(is_active=False), command)

    assert (step.entity.id, step.entity.is_active, step.entity.unit_id) == (
        "person-1",
        True,
        "unit-2",
    )
    with pytest.raises(Refusal) as failed:
        membership.rejoin(a_person(), command)
    assert refusal(failed) == ("AlreadyExists", ("email",))


def test_leaving_needs_a_reason_and_happens_once() -> None:
    with pytest.raises(Refusal) as failed:
        membership.leave(a_person(), "  ")
    assert refusal(failed) == ("ReasonRequired", ("reason",))

    step = membership.leave(a_person(), "new job")
    assert not step.entity.is_active
    with pytest.raises(Refusal) as failed:
        membership.leave(step.entity, "again")
    assert failed.value.code.value == "PersonInactive"


def given_role(command: GrantRole, *others: Any) -> Any:
    return granting.give(command, others, ident="grant-9", org_id=ORG, now=NOW)


def a_command(**changes: Any) -> GrantRole:
    return GrantRole(**({"person_id": "person-1", "role": Role.RESPONDER} | changes))


def test_a_role_on_the_organization_needs_no_scope_id() -> None:
    assert given_role(a_command()).entity.scope_id == ORG
    assert given_role(a_command(scope_id=ORG)).entity.scope_id == ORG


@pytest.mark.parametrize(
    "changes", [{"scope_id": "unit-1"}, {"scope": ScopeKind.UNIT}, {"scope": ScopeKind.CHANNEL}]
)
def test_scope_and_scope_id_have_to_agree(changes: dict[str, Any]) -> None:
    with pytest.raises(Refusal) as failed:
        given_role(a_command(**changes))

    assert refusal(failed) == ("InvalidArgument", ("scopeId",))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"ends_at": NOW}, "endsAt"),
        ({"ends_at": later(-1)}, "endsAt"),
        ({"starts_at": later(20), "ends_at": later(10)}, "endsAt"),
        ({"starts_at": later(20), "ends_at": later(20)}, "endsAt"),
        ({"starts_at": datetime(2026, 3, 2)}, "startsAt"),  # noqa: DTZ001 - what is refused
    ],
)
def test_a_period_lies_ahead_and_names_its_zone(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Refusal) as failed:
        given_role(a_command(**changes))

    assert refusal(failed) == ("InvalidTime", (field,))


def test_the_same_role_is_not_given_twice_for_the_same_time() -> None:
    first = given_role(a_command()).entity

    with pytest.raises(Refusal) as failed:
        given_role(a_command(ends_at=later(10)), first)
    assert failed.value.code.value == "AlreadyExists"


def test_a_longer_another_or_a_revoked_grant_stands_in_nobodys_way() -> None:
    short = given_role(a_command(ends_at=later(10))).entity
    revoked = granting.revoke(given_role(a_command()).entity).entity

    assert given_role(a_command(), short, revoked, a_grant()).entity.ends_at is None
    assert given_role(a_command(scope=ScopeKind.UNIT, scope_id="unit-1"), short).facts


def test_a_grant_is_revoked_once() -> None:
    step = granting.revoke(a_grant())

    assert step.facts == (GrantRevoked(grant_id="grant-1", person_id="person-1"),)
    with pytest.raises(Refusal) as failed:
        granting.revoke(step.entity)
    assert failed.value.code.value == "WrongState"


@pytest.mark.parametrize(
    ("changes", "lasts"),
    [
        ({}, True),
        ({"starts_at": later(-5)}, True),
        ({"role": Role.MANAGER}, False),
        ({"scope": ScopeKind.UNIT, "scope_id": "unit-1"}, False),
        ({"ends_at": later(9999)}, False),
        ({"starts_at": later(5)}, False),
        ({"is_revoked": True}, False),
    ],
)
def test_only_a_lasting_admin_keeps_an_organization_going(
    changes: dict[str, Any], lasts: bool
) -> None:
    grant = a_grant(**changes)

    assert granting.is_lasting_admin(grant, NOW) is lasts
    if lasts:
        granting.check_admin_remains([grant], NOW)
        return
    with pytest.raises(Refusal) as failed:
        granting.check_admin_remains([grant], NOW)
    assert failed.value.code.value == "LastAdmin"
