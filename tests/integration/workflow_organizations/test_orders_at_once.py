"""Rules that span documents hold when orders come at the same moment, on the real database."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from chassis.mongo.factory import WorkFactory
from contracts.commands import Command
from contracts.permissions import Role
from contracts.refusals import Refusal
from contracts.workflow.channels import AddChannel, Platform
from contracts.workflow.organizations import (
    AddPerson,
    ChangeUnit,
    DeactivatePerson,
    RoutingRule,
    SetRoutingRules,
)
from services.workflow.domain.channels.entities import Channel
from services.workflow.domain.organizations.entities import Organization, RoutingRow, Unit
from services.workflow.domain.people.entities import Grant, Person
from services.workflow.domain.people.granting import is_lasting_admin
from tests.unit.workflow_organizations.office import AnyOffice

ROUNDS = 5


def at_once(*orders: Callable[[], Any]) -> list[Any]:
    """The answers of orders that start together; a refusal stands for its answer."""
    start = Barrier(len(orders))

    def run(order: Callable[[], Any]) -> Any:
        start.wait()
        try:
            return order()
        except Refusal as refusal:
            return refusal

    with ThreadPoolExecutor(len(orders)) as pool:
        return list(pool.map(run, orders))


def given(office: AnyOffice, command: Command, actor: Any = None) -> Callable[[], Any]:
    return lambda: office.give(command, actor)


def refusals(answers: list[Any]) -> list[str]:
    return [answer.code.value for answer in answers if isinstance(answer, Refusal)]


def test_two_admins_never_remove_each_other_at_once(
    office: AnyOffice, factory: WorkFactory
) -> None:
    reader, admin = factory.reader(office.org_id), office.admin
    for name in [f"bob{n}" for n in range(ROUNDS)]:
        other = office.a_member(name, (Role.ADMIN, None))
        answers = at_once(
            given(office, DeactivatePerson(person_id=str(other.person_id), reason="x"), admin),
            given(office, DeactivatePerson(person_id=str(admin.person_id), reason="x"), other),
        )
        assert len(refusals(answers)) == 1
        lasting = [
            grant
            for grant in reader.find(Grant)
            if is_lasting_admin(grant, factory.clock.now())
            and reader.get(Person, grant.person_id).is_active
        ]
        assert len(lasting) == 1
        admin = office.admin = other if lasting[0].person_id == other.person_id else admin


def test_two_moves_never_close_a_cycle(office: AnyOffice, factory: WorkFactory) -> None:
    reader = factory.reader(office.org_id)
    for _ in range(ROUNDS):
        one, two = office.a_unit("One"), office.a_unit("Two")
        answers = at_once(
            given(office, ChangeUnit(unit_id=one, parent_id=two)),
            given(office, ChangeUnit(unit_id=two, parent_id=one)),
        )
        assert refusals(answers) == ["UnitCycle"]
        assert None in {reader.get(Unit, one).parent_id, reader.get(Unit, two).parent_id}


def test_an_address_and_an_account_are_added_once(office: AnyOffice, factory: WorkFactory) -> None:
    unit = office.a_unit()
    person = AddPerson(email="bob@city.example", name="Bob")
    channel = AddChannel(
        platform=Platform.FEED,
        name="News",
        unit_id=unit,
        steward_id=str(office.admin.person_id),
        base_url="https://news.example/feed.xml",
    )
    for command in (person, channel):
        answers = at_once(*[given(office, command)] * 4)
        assert refusals(answers) == ["AlreadyExists"] * 3
    assert len(factory.reader(office.org_id).find(Person)) == 2
    assert len(factory.reader(office.org_id).find(Channel)) == 1


def test_rules_set_at_once_are_never_mixed(office: AnyOffice, factory: WorkFactory) -> None:
    unit = office.a_unit()
    reader = factory.reader(office.org_id)
    for _ in range(ROUNDS):
        sets = [
            SetRoutingRules(
                rules=tuple(RoutingRule(name=f"{name}{n}", unit_id=unit) for n in range(size))
            )
            for name, size in (("a", 3), ("b", 5))
        ]
        assert refusals(at_once(*[given(office, command) for command in sets])) == []
        rows = reader.find(RoutingRow, order="position")
        names = {row.name[0] for row in rows}
        assert len(names) == 1
        assert [row.position for row in rows] == list(range(3 if names == {"a"} else 5))


def test_what_was_refused_left_nothing_behind(office: AnyOffice, factory: WorkFactory) -> None:
    before = factory.reader(office.org_id).get(Organization, office.org_id)
    answers = at_once(given(office, AddPerson(email="ada@city.example", name="Ada")))

    assert refusals(answers) == ["AlreadyExists"]
    assert factory.reader(office.org_id).get(Organization, office.org_id) == before
