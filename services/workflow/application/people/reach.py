"""Nobody gives or takes more than they hold themselves."""

from __future__ import annotations

from chassis.ports import Work
from contracts.grants import permissions_of
from contracts.permissions import Permission, Role, ScopeKind
from services.workflow.application.governance import Target
from services.workflow.application.governance.rights import Rights
from services.workflow.domain.people.entities import Grant


def target_of_scope(scope: ScopeKind, scope_id: str | None) -> Target:
    """What a grant on this scope covers, as a target."""
    return Target(
        unit_id=scope_id if scope is ScopeKind.UNIT else None,
        channel_id=scope_id if scope is ScopeKind.CHANNEL else None,
    )


def check_holds(rights: Rights, role: Role, target: Target) -> None:
    """Refuses Forbidden unless the actor may grant there and holds all that the role allows."""
    rights.require({Permission.ROLE_GRANT} | permissions_of(role), target)


def check_outranks(work: Work, grants: list[Grant]) -> None:
    """Refuses Forbidden unless the actor could have given every one of these grants."""
    rights = Rights(work)
    for grant in grants:
        check_holds(rights, grant.role, target_of_scope(grant.scope, grant.scope_id))
