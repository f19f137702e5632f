"""End a membership."""

from __future__ import annotations

from chassis.ports import Work
from contracts.commands import Done
from contracts.facts import Fact
from contracts.workflow.organizations import DeactivatePerson
from services.workflow.application.content.seating import seat_left
from services.workflow.application.governance import Target
from services.workflow.application.people.admins import check_can_end
from services.workflow.application.people.reach import check_outranks
from services.workflow.domain.people.entities import Grant, Person
from services.workflow.domain.people.granting import revoke
from services.workflow.domain.people.membership import leave


def target_of(command: DeactivatePerson, work: Work) -> Target:
    """The unit that the person belongs to."""
    return Target(unit_id=work.get(Person, command.person_id).unit_id)


def deactivate_person(command: DeactivatePerson, work: Work) -> Done:
    """Their grants end with it, so that coming back brings nothing back.

    Refuses LastAdmin, and Forbidden if the person holds more than the actor could have given.
    """
    person = work.get(Person, command.person_id)
    step = leave(person, command.reason)
    grants = work.find(Grant, person_id=person.id, is_revoked=False)
    check_outranks(work, grants)
    check_can_end(grants, work)
    ended = [_end(grant, work) for grant in grants]
    person = work.save(step.entity, *ended, *step.facts, reason=command.reason)
    seat_left(person.id, work)
    return Done(id=person.id, rev=person.rev, state="inactive")


def _end(grant: Grant, work: Work) -> Fact:
    step = revoke(grant)
    work.save(step.entity, reason="the person left")
    return step.facts[0]
