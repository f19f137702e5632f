"""Who asks, and what their grants let them see."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from chassis.ports import Actor, ActorKind
from contracts.grants import Coverage, HeldGrant, covers, lineage_of, subtree_of
from contracts.permissions import OPERATOR_PERMISSIONS, Permission

NOWHERE = Coverage()


class Viewer:
    """One person, key or operator during one request."""

    def __init__(
        self,
        actor: Actor,
        grants: Iterable[HeldGrant] = (),
        parents: Mapping[str, str | None] | None = None,
        *,
        now: datetime,
    ) -> None:
        self.actor = actor
        self.grants = tuple(grants)
        self.parents = parents or {}
        self.now = now
        self._found: dict[Permission, Coverage] = {}

    @property
    def org_id(self) -> str | None:
        """The organization of the token; None for operators."""
        return self.actor.org_id

    def coverage(self, permission: Permission) -> Coverage:
        """Where the permission holds; a key's scopes only ever narrow it."""
        found = self._found.get(permission)
        if found is None:
            found = self._found[permission] = self._coverage(permission)
        return found

    def _coverage(self, permission: Permission) -> Coverage:
        scopes = self.actor.scopes
        if scopes is not None and permission not in scopes:
            return NOWHERE
        if self.actor.kind is ActorKind.OPERATOR:
            return Coverage(organization=permission in OPERATOR_PERMISSIONS)
        return covers(self.grants, permission, self.now)

    @staticmethod
    def only_organization(permission: Permission) -> Coverage:
        """What a founder sees of a new organization: that it exists, and its name."""
        return Coverage(organization=permission is Permission.ORGANIZATION_READ)

    def units(self, permission: Permission) -> frozenset[str]:
        """Every unit that a grant of this permission covers, subtrees expanded."""
        return subtree_of(self.coverage(permission).unit_ids, self.parents)

    def may(
        self, permission: Permission, unit_id: str | None = None, channel_id: str | None = None
    ) -> bool:
        """Whether it holds for something in this unit or channel; for all of it without both."""
        lineage = lineage_of(unit_id, self.parents)
        return self.coverage(permission).includes(lineage, channel_id)

    @property
    def permissions(self) -> list[Permission]:
        """Everything held anywhere, in the order of the enumeration."""
        return [each for each in Permission if not self.coverage(each).is_empty]
