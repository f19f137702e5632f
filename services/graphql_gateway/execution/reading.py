"""The port through which the engine reads, and the filters it never reads without."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from contracts.views import View
from services.graphql_gateway.domain.viewer import Viewer
from services.graphql_gateway.execution.bindings import ObjectBinding, Row
from services.graphql_gateway.execution.cursors import Order


@dataclass(frozen=True)
class Find:
    """One read of one collection: what, which fields, in which order, how many."""

    view: type[View]
    where: Row
    fields: frozenset[str]
    order: Order | None = None
    limit: int = 0


class OrgReader(Protocol):
    """Reads one organization. It adds the organization and the time limit to every operation."""

    @property
    def org_id(self) -> str: ...

    def find(self, wanted: Find) -> list[Row]:
        """Rows in order. Raises Unavailable, or Refusal TimedOut past the limit."""
        ...

    def find_per_key(self, wanted: Find, by: str, keys: Sequence[str]) -> dict[str, list[Row]]:
        """At most ``limit`` rows for each key, in order, in one operation."""
        ...


class Reader(Protocol):
    """Where readers come from; nothing else can read."""

    def of(self, org_id: str) -> OrgReader:
        """The reader of one organization."""
        ...


ChannelsIn = Callable[[frozenset[str]], Iterable[str]]
"""The channels of some units: for types that name a channel and no unit."""


def visible(kind: ObjectBinding, viewer: Viewer, channels_in: ChannelsIn) -> Row | None:
    """The filter of what the viewer may see of a type: {} for all of it, None for nothing."""
    if kind.permission is None:
        return {}
    coverage = viewer.coverage(kind.permission)
    if coverage.organization:
        return {}
    if kind.scope.anywhere or kind.scope.through:
        return None if coverage.is_empty else {}
    return any_of(_parts(kind, viewer, channels_in))


def _parts(kind: ObjectBinding, viewer: Viewer, channels_in: ChannelsIn) -> Iterable[Row]:
    if kind.permission is None:
        return
    units = viewer.units(kind.permission)
    channels = set(viewer.coverage(kind.permission).channel_ids)
    if kind.scope.channel and not kind.scope.unit and units:
        channels |= set(channels_in(units))
    if kind.scope.unit and units:
        yield {kind.scope.unit: {"$in": sorted(units)}}
    if kind.scope.channel and channels:
        yield {kind.scope.channel: {"$in": sorted(channels)}}
    if kind.scope.own:
        yield {kind.scope.own: viewer.actor.account_id}


def any_of(parts: Iterable[Row]) -> Row | None:
    """One filter that holds where any of these does; None if there is none."""
    found = list(parts)
    if not found:
        return None
    return found[0] if len(found) == 1 else {"$or": found}


def both(*filters: Mapping[str, Any]) -> Row:
    """One filter that holds where all of these do."""
    found = [dict(each) for each in filters if each]
    if not found:
        return {}
    return found[0] if len(found) == 1 else {"$and": found}
