"""End a grant early."""

from __future__ import annotations

from chassis.ports import Work
from contracts.commands import Done
from contracts.workflow.organizations import RevokeGrant
from services.workflow.application.content.seating import seat_left
from services.workflow.application.governance import Target
from services.workflow.application.people.admins import check_can_end
from services.workflow.application.people.reach import check_outranks, target_of_scope
from services.workflow.domain.people.entities import Grant, Person
from services.workflow.domain.people.granting import revoke


def target_of(command: RevokeGrant, work: Work) -> Target:
    """What the grant covers."""
    grant = work.get(Grant, command.grant_id)
    return target_of_scope(grant.scope, grant.scope_id)


def revoke_grant(command: RevokeGrant, work: Work) -> Done:
    """Who could not have given it cannot take it; LastAdmin if nobody else is a lasting admin."""
    grant = work.get(Grant, command.grant_id)
    step = revoke(grant)
    check_outranks(work, [grant])
    check_can_end([grant], work)
    grant = work.save(step.entity)
    work.save(work.get(Person, grant.person_id), *step.facts)
    seat_left(grant.person_id, work)
    return Done(id=grant.id, rev=grant.rev, state="revoked")
