"""Rename or move a unit."""

from __future__ import annotations

from chassis.ports import Work
from contracts.commands import Done
from contracts.permissions import Permission
from contracts.workflow.organizations import ChangeUnit
from services.workflow.application.governance import Target
from services.workflow.application.governance.rights import lineage, require
from services.workflow.application.organizations.turn import take_turn
from services.workflow.domain.organizations.entities import Unit
from services.workflow.domain.organizations.tree import change, new_parent


def target_of(command: ChangeUnit, _work: Work) -> Target:
    """The unit as it stands."""
    return Target(unit_id=command.unit_id)


def change_unit(command: ChangeUnit, work: Work) -> Done:
    """A move is also asked for at the new place; moves take turns, so two never close a cycle."""
    unit = work.get(Unit, command.unit_id)
    parent_id = new_parent(unit, command)
    above: tuple[str, ...] = ()
    if parent_id != unit.parent_id:
        require(work, Permission.UNIT_MANAGE, Target(unit_id=parent_id))
        above = lineage(work, parent_id)
        take_turn(work, "a unit moves")
    step = change(unit, command, above)
    if step.facts:
        unit = work.save(step.entity, *step.facts)
    return Done(id=unit.id, rev=unit.rev)
