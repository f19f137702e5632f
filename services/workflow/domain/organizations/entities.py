"""Stored state of an organization."""

from __future__ import annotations

from datetime import datetime

from chassis.ports import Entity
from contracts.workflow.organizations import RoutingAction


class Organization(Entity, frozen=True, kw_only=True):
    """A tenant; ``id`` and ``org_id`` are the same and derived from the slug."""

    slug: str
    name: str
    time_zone: str
    created_at: datetime


class Unit(Entity, frozen=True, kw_only=True):
    """A department, office or school; units form a tree."""

    name: str
    parent_id: str | None
    time_zone: str
    created_at: datetime


class RoutingRow(Entity, frozen=True, kw_only=True):
    """One routing rule at its place; ``position`` counts from 0 without gaps."""

    position: int
    name: str
    action: RoutingAction
    unit_id: str | None
    channel_ids: tuple[str, ...]
    contains: tuple[str, ...]
    author_handles: tuple[str, ...]
    kinds: tuple[str, ...]
