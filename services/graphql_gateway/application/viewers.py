"""From who acts to what they may see: grants and units through views, at most two seconds old."""

from __future__ import annotations

from typing import Final, Protocol

import msgspec

from chassis.ports import Actor, ActorKind, Clock
from contracts.views.workflow import GrantView
from services.graphql_gateway.application.freshness import Fresh
from services.graphql_gateway.domain.viewer import Viewer

FRESH_SECONDS: Final = 2.0


class Standing(msgspec.Struct, frozen=True):
    """What a person holds; a person who left holds nothing."""

    grants: tuple[GrantView, ...]


class People(Protocol):
    """Reads of one organization's people."""

    def standing(self, org_id: str, person_id: str) -> Standing:
        """The grants of a person who is a member now."""
        ...

    def parents(self, org_id: str) -> dict[str, str | None]:
        """Every unit with the one above it."""
        ...


class Viewers:
    """Makes viewers; the only part of the gateway that knows how grants are kept."""

    def __init__(self, people: People, clock: Clock) -> None:
        self._people, self._clock = people, clock
        self._standings: Fresh[Standing] = Fresh(FRESH_SECONDS, clock.monotonic)
        self._parents: Fresh[dict[str, str | None]] = Fresh(FRESH_SECONDS, clock.monotonic)

    def of(self, actor: Actor) -> Viewer:
        """The viewer of an actor. Raises Unavailable: without grants nobody sees anything (S11)."""
        now = self._clock.now()
        if actor.kind is ActorKind.OPERATOR or actor.org_id is None or actor.person_id is None:
            return Viewer(actor, now=now)
        org_id, person_id = actor.org_id, actor.person_id
        standing = self._standings.get(
            f"{org_id}/{person_id}", lambda: self._people.standing(org_id, person_id)
        )
        parents = self._parents.get(org_id, lambda: self._people.parents(org_id))
        return Viewer(actor, standing.grants, parents, now=now)
