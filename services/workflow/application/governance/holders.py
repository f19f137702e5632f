"""Who holds a right somewhere: active people, by their live grants."""

from __future__ import annotations

from collections import defaultdict

from chassis.ports import Work
from contracts.grants import covers, permissions_of
from contracts.permissions import Permission, Role
from services.workflow.application.governance.rights import lineage
from services.workflow.application.governance.target import Target
from services.workflow.domain.people.entities import Grant, Person

EVERYBODY = 100_000


class Holders:
    """The people around one target: read once, asked several times."""

    def __init__(self, target: Target, work: Work) -> None:
        """Reads the grants of the roles that allow reviewing, and who of their holders is active."""
        self._target, self._now = target, work.now
        self._lineage = lineage(work, target.unit_id)
        self._grants = _active_grants(work)

    def may(self, permission: Permission) -> frozenset[str]:
        """Those whose grants allow it on the target."""
        return self._where(permission, frozenset(Role))

    def with_role(self, role: Role, permission: Permission) -> frozenset[str]:
        """Of them, those whom a grant of this very role allows it."""
        return self._where(permission, frozenset({role}))

    def _where(self, permission: Permission, roles: frozenset[Role]) -> frozenset[str]:
        return frozenset(
            person_id
            for person_id, grants in self._grants.items()
            if covers([g for g in grants if g.role in roles], permission, self._now).includes(
                self._lineage, self._target.channel_id
            )
        )


def _active_grants(work: Work) -> dict[str, list[Grant]]:
    held: dict[str, list[Grant]] = defaultdict(list)
    roles = [r.value for r in Role if Permission.CONTENT_REVIEW in permissions_of(r.value)]
    for grant in work.find(Grant, role=roles, is_revoked=False, limit=EVERYBODY):
        held[grant.person_id].append(grant)
    active = work.find(Person, id=list(held), is_active=True, limit=EVERYBODY)
    return {person.id: held[person.id] for person in active}
