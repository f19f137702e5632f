"""Stored state of members and their grants."""

from __future__ import annotations

from datetime import datetime

from chassis.ports import Entity
from contracts.permissions import Role, ScopeKind


class Person(Entity, frozen=True, kw_only=True):
    """A member; ``account_id`` is derived from the e-mail address, so it is known to all."""

    account_id: str
    email: str
    name: str
    unit_id: str | None
    is_active: bool
    created_at: datetime


class Grant(Entity, frozen=True, kw_only=True):
    """A role of one person on one scope, from ``starts_at`` up to, not including, ``ends_at``."""

    person_id: str
    role: Role
    scope: ScopeKind
    scope_id: str
    starts_at: datetime | None
    ends_at: datetime | None
    is_revoked: bool
    created_at: datetime
