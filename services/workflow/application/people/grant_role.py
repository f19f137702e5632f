"""Give a role on the organization, a unit or a channel."""

from __future__ import annotations

from chassis.ports import Work
from contracts.commands import Done
from contracts.permissions import ScopeKind
from contracts.workflow.organizations import GrantRole
from services.workflow.application.governance import Target
from services.workflow.application.governance.rights import Rights
from services.workflow.application.people.reach import check_holds, target_of_scope
from services.workflow.domain.channels.entities import Channel
from services.workflow.domain.channels.registry import check_not_archived
from services.workflow.domain.organizations.entities import Unit
from services.workflow.domain.people.entities import Grant, Person
from services.workflow.domain.people.granting import give, scope_of
from services.workflow.domain.people.membership import check_active


def target_of(command: GrantRole, work: Work) -> Target:
    """The scope of the role: nobody grants on a scope wider than their own."""
    return target_of_scope(command.scope, scope_of(command, work.org_id))


def grant_role(command: GrantRole, work: Work) -> Done:
    """The grant is stored, and told about the person, whose write puts their grants in one line."""
    check_holds(Rights(work), command.role, target_of(command, work))
    _check_scope(command, work)
    person = check_active(work.get(Person, command.person_id), "personId")
    others = work.find(Grant, person_id=person.id, is_revoked=False)
    step = give(command, others, ident=work.ids.new(), org_id=work.org_id, now=work.now)
    grant = work.add(step.entity)
    work.save(person, *step.facts)
    return Done(id=grant.id, rev=grant.rev, state="granted")


def _check_scope(command: GrantRole, work: Work) -> None:
    scope_id = scope_of(command, work.org_id)
    if command.scope is ScopeKind.UNIT:
        work.get(Unit, scope_id)
    elif command.scope is ScopeKind.CHANNEL:
        check_not_archived(work.get(Channel, scope_id), "scopeId")
