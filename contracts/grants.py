"""What a set of grants allows: the one rule that workflow enforces and the gateway reads by.

A grant counts while it is not revoked and ``starts_at <= now < ends_at``; a missing end is open.
A role this version does not know allows nothing (deny by default).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final, Protocol

import msgspec

from contracts.permissions import ROLE_PERMISSIONS, Permission, ScopeKind

_ALLOWED: Final[dict[str, frozenset[Permission]]] = {
    role.value: permissions for role, permissions in ROLE_PERMISSIONS.items()
}


class HeldGrant(Protocol):
    """The part of a grant that decides; workflow's entity and ``GrantView`` both have it."""

    @property
    def role(self) -> str: ...
    @property
    def scope(self) -> str: ...
    @property
    def scope_id(self) -> str: ...
    @property
    def starts_at(self) -> datetime | None: ...
    @property
    def ends_at(self) -> datetime | None: ...
    @property
    def is_revoked(self) -> bool: ...


class Coverage(msgspec.Struct, frozen=True, kw_only=True):
    """Where one permission holds. ``unit_ids`` are as granted: each stands for its subtree."""

    organization: bool = False
    unit_ids: frozenset[str] = frozenset()
    channel_ids: frozenset[str] = frozenset()

    @property
    def is_empty(self) -> bool:
        """Whether the permission holds nowhere."""
        return not (self.organization or self.unit_ids or self.channel_ids)

    def includes(self, lineage: Iterable[str] = (), channel_id: str | None = None) -> bool:
        """Whether it holds for something in the unit with this ``lineage``, or in this channel.

        Without both, for the organization as a whole.
        """
        if self.organization or (channel_id is not None and channel_id in self.channel_ids):
            return True
        return not self.unit_ids.isdisjoint(lineage)


def is_live(grant: HeldGrant, now: datetime) -> bool:
    """Whether the grant counts at this moment."""
    if grant.is_revoked or (grant.starts_at is not None and now < grant.starts_at):
        return False
    return grant.ends_at is None or now < grant.ends_at


def permissions_of(role: str) -> frozenset[Permission]:
    """What a role lists; nothing for a role that is not known."""
    return _ALLOWED.get(role, frozenset())


def covers(grants: Iterable[HeldGrant], permission: Permission, now: datetime) -> Coverage:
    """Where the grants of one person allow this permission now."""
    found: dict[str, set[str]] = {kind.value: set() for kind in ScopeKind}
    for grant in grants:
        if is_live(grant, now) and permission in permissions_of(grant.role):
            found.setdefault(grant.scope, set()).add(grant.scope_id)
    return Coverage(
        organization=bool(found[ScopeKind.ORGANIZATION]),
        unit_ids=frozenset(found[ScopeKind.UNIT]),
        channel_ids=frozenset(found[ScopeKind.CHANNEL]),
    )


def lineage_of(unit_id: str | None, parents: Mapping[str, str | None]) -> tuple[str, ...]:
    """The unit and its ancestors, nearest first; stops at an unknown unit or a cycle."""
    seen: dict[str, None] = {}
    while unit_id is not None and unit_id in parents and unit_id not in seen:
        seen[unit_id] = None
        unit_id = parents[unit_id]
    return tuple(seen)


def subtree_of(roots: Iterable[str], parents: Mapping[str, str | None]) -> frozenset[str]:
    """Every known unit that is one of the roots or below one; ``parents``: unit -> its parent."""
    wanted = frozenset(roots)
    return frozenset(unit for unit in parents if not wanted.isdisjoint(lineage_of(unit, parents)))
