"""Add a member by e-mail address."""

from __future__ import annotations

from chassis.ports import Work
from contracts.commands import Done
from contracts.workflow.organizations import AddPerson
from services.workflow.application.governance import Target
from services.workflow.domain.organizations.entities import Unit
from services.workflow.domain.people.entities import Person
from services.workflow.domain.people.membership import Member, account_key, address, join, rejoin


def target_of(command: AddPerson, _work: Work) -> Target:
    """The unit that the person joins."""
    return Target(unit_id=command.unit_id)


def add_person(command: AddPerson, work: Work) -> Done:
    """A new member, or a former one who comes back; AlreadyExists for a present one."""
    if command.unit_id is not None:
        work.get(Unit, command.unit_id)
    person = _stored(command, work)
    return Done(id=person.id, rev=person.rev, state="active")


def _stored(command: AddPerson, work: Work) -> Person:
    account_id = work.ids.derived("account", account_key(address(command.email, "email")))
    former = work.first(Person, account_id=account_id)
    if former is not None:
        step = rejoin(former, command)
        return work.save(step.entity, *step.facts)
    member = Member(id=work.ids.new(), org_id=work.org_id, account_id=account_id)
    step = join(command, member, now=work.now)
    return work.add(step.entity, *step.facts)
