"""Units and their tree."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from contracts.refusals import Refusal, RefusalCode
from contracts.workflow.organizations import AddUnit, ChangeUnit, UnitAdded, UnitChanged
from services.workflow.domain import wording
from services.workflow.domain.organizations.entities import Unit
from services.workflow.domain.transition import Transition


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where a new unit goes; ``time_zone`` is what it inherits if it names none."""

    org_id: str
    time_zone: str


def add(command: AddUnit, place: Place, *, ident: str, now: datetime) -> Transition[Unit]:
    """A new unit; the caller has made sure that the parent exists."""
    after = Unit(
        id=ident,
        org_id=place.org_id,
        name=wording.line(command.name, "name"),
        parent_id=command.parent_id,
        time_zone=wording.time_zone(command.time_zone or place.time_zone),
        created_at=now,
    )
    fact = UnitAdded(
        unit_id=ident, name=after.name, parent_id=after.parent_id, time_zone=after.time_zone
    )
    return Transition(after, (fact,))


def change(unit: Unit, command: ChangeUnit, lineage: Sequence[str]) -> Transition[Unit]:
    """Rename, move, or another zone. ``lineage`` is the new parent and its ancestors; empty if it does not move.

    Refuses UnitCycle if the unit would come to stand below itself.
    """
    if unit.id in lineage:
        raise Refusal(
            RefusalCode.UNIT_CYCLE,
            "A unit cannot be moved below itself.",
            field=("parentId",),
            data={"lineage": list(lineage)},
        )
    name = unit.name if command.name is None else wording.line(command.name, "name")
    zone = unit.time_zone if command.time_zone is None else wording.time_zone(command.time_zone)
    parent_id = new_parent(unit, command)
    after = msgspec.structs.replace(unit, name=name, parent_id=parent_id, time_zone=zone)
    if after == unit:
        return Transition(unit)
    fact = UnitChanged(unit_id=unit.id, name=name, parent_id=after.parent_id, time_zone=zone)
    return Transition(after, (fact,))


def new_parent(unit: Unit, command: ChangeUnit) -> str | None:
    """The parent after the command; to the top and below a unit at once is refused."""
    if command.to_top and command.parent_id is not None:
        raise wording.invalid("Either to the top or below a unit, not both.", "toTop")
    if command.to_top:
        return None
    return unit.parent_id if command.parent_id is None else command.parent_id
