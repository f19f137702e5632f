"""Use cases of organizations and their units."""

from __future__ import annotations

from typing import Final

from chassis.ports import TimerHandler, UseCase
from contracts.commands import Command
from contracts.workflow.organizations import (
    AddUnit,
    ChangeUnit,
    CreateOrganization,
    SetRoutingRules,
)
from services.workflow.application.governance.target import TargetOf, whole_organization
from services.workflow.application.organizations import add_unit, change_unit
from services.workflow.application.organizations.create_organization import create_organization
from services.workflow.application.organizations.set_routing_rules import set_routing_rules

HANDLERS: Final[dict[type[Command], UseCase]] = {
    CreateOrganization: create_organization,
    AddUnit: add_unit.add_unit,
    ChangeUnit: change_unit.change_unit,
    SetRoutingRules: set_routing_rules,
}
TARGETS: Final[dict[type[Command], TargetOf]] = {
    AddUnit: add_unit.target_of,
    ChangeUnit: change_unit.target_of,
    SetRoutingRules: whole_organization,
}
"""CreateOrganization has none: only operators may, and they hold no grants."""

TIMERS: Final[dict[str, TimerHandler]] = {}
