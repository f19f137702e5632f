"""The people and the unit that a channel names."""

from __future__ import annotations

from collections.abc import Sequence

from chassis.ports import Work
from services.workflow.domain.organizations.entities import Unit
from services.workflow.domain.people.entities import Person
from services.workflow.domain.people.membership import check_active


def check_holders(work: Work, steward_id: str | None, deputy_ids: Sequence[str] | None) -> None:
    """NotFound for a stranger, PersonInactive for a former member."""
    if steward_id is not None:
        check_active(work.get(Person, steward_id), "stewardId")
    for deputy_id in deputy_ids or ():
        check_active(work.get(Person, deputy_id), "deputyIds")


def check_unit(work: Work, unit_id: str | None) -> None:
    """NotFound for a unit that the organization does not have."""
    if unit_id is not None:
        work.get(Unit, unit_id)
