"""Add a unit to the tree."""

from __future__ import annotations

from chassis.ports import Work
from contracts.commands import Done
from contracts.workflow.organizations import AddUnit
from services.workflow.application.governance import Target
from services.workflow.domain.organizations.entities import Organization, Unit
from services.workflow.domain.organizations.tree import Place, add


def target_of(command: AddUnit, _work: Work) -> Target:
    """The unit above it."""
    return Target(unit_id=command.parent_id)


def add_unit(command: AddUnit, work: Work) -> Done:
    """The time zone is that of the unit above, or of the organization, unless one is named."""
    above: Unit | Organization
    if command.parent_id is None:
        above = work.get(Organization, work.org_id)
    else:
        above = work.get(Unit, command.parent_id)
    place = Place(org_id=work.org_id, time_zone=above.time_zone)
    step = add(command, place, ident=work.ids.new(), now=work.now)
    unit = work.add(step.entity, *step.facts)
    return Done(id=unit.id, rev=unit.rev)
