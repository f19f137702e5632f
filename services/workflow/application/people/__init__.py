"""Use cases of people and their grants."""

from __future__ import annotations

from typing import Final

from chassis.ports import TimerHandler, UseCase
from contracts.commands import Command
from contracts.workflow.organizations import AddPerson, DeactivatePerson, GrantRole, RevokeGrant
from services.workflow.application.governance.target import TargetOf
from services.workflow.application.people import (
    add_person,
    deactivate_person,
    grant_role,
    revoke_grant,
)

HANDLERS: Final[dict[type[Command], UseCase]] = {
    AddPerson: add_person.add_person,
    DeactivatePerson: deactivate_person.deactivate_person,
    GrantRole: grant_role.grant_role,
    RevokeGrant: revoke_grant.revoke_grant,
}
TARGETS: Final[dict[type[Command], TargetOf]] = {
    AddPerson: add_person.target_of,
    DeactivatePerson: deactivate_person.target_of,
    GrantRole: grant_role.target_of,
    RevokeGrant: revoke_grant.target_of,
}
TIMERS: Final[dict[str, TimerHandler]] = {}
