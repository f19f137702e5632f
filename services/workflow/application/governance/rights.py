"""What the person behind an order holds, read in the order's own transaction."""

from __future__ import annotations

from collections.abc import Iterable

from chassis.ports import ActorKind, Work
from contracts.grants import Coverage, covers
from contracts.permissions import Permission
from contracts.refusals import Refusal, RefusalCode
from services.workflow.application.governance.target import Target
from services.workflow.domain.channels.entities import Channel
from services.workflow.domain.organizations.entities import Unit
from services.workflow.domain.people.entities import Grant, Person
from services.workflow.domain.people.membership import check_active


class Rights:
    """The live grants of the acting person, narrowed by the scopes of their key."""

    def __init__(self, work: Work) -> None:
        """Refuses Forbidden to everybody but members, and PersonInactive to former ones."""
        self._work = work
        self._grants = work.find(Grant, person_id=_acting_person(work).id, is_revoked=False)
        self._lineages: dict[str | None, tuple[str, ...]] = {}

    def may(self, permission: Permission, target: Target) -> bool:
        """Whether one of the grants allows it there. NotFound for an unknown unit or channel."""
        scopes = self._work.actor.scopes
        if scopes is not None and permission not in scopes:
            return False
        coverage = covers(self._grants, permission, self._work.now)
        return not coverage.is_empty and (target.anywhere or self._reaches(coverage, target))

    def require(self, permissions: Iterable[Permission], target: Target) -> None:
        """Refuses Forbidden unless every one of the permissions holds there."""
        for permission in permissions:
            if not self.may(permission, target):
                raise forbidden(permission)

    def _reaches(self, coverage: Coverage, target: Target) -> bool:
        unit_id = target.unit_id
        if unit_id is None and target.channel_id is not None:
            unit_id = self._work.get(Channel, target.channel_id).unit_id
        if coverage.includes((), target.channel_id):
            return True
        return bool(coverage.unit_ids) and coverage.includes(self._lineage(unit_id))

    def _lineage(self, unit_id: str | None) -> tuple[str, ...]:
        if unit_id not in self._lineages:
            self._lineages[unit_id] = lineage(self._work, unit_id)
        return self._lineages[unit_id]


def require(work: Work, permission: Permission, target: Target) -> None:
    """Refuses Forbidden unless the actor may do this there."""
    Rights(work).require((permission,), target)


def lineage(work: Work, unit_id: str | None) -> tuple[str, ...]:
    """The unit and its ancestors, nearest first; NotFound if the organization has no such unit."""
    seen: dict[str, None] = {}
    while unit_id is not None and unit_id not in seen:
        seen[unit_id] = None
        unit_id = work.get(Unit, unit_id).parent_id
    return tuple(seen)


def forbidden(permission: Permission | None) -> Refusal:
    """The clear no; it does not say whether anybody else may."""
    return Refusal(
        RefusalCode.FORBIDDEN,
        "You may not do this here.",
        data={"permission": permission.value} if permission else {},
    )


def _acting_person(work: Work) -> Person:
    actor = work.actor
    if actor.kind is not ActorKind.PERSON or actor.org_id != work.org_id:
        raise forbidden(None)
    person = work.first(Person, account_id=actor.account_id)
    if person is None or actor.person_id not in (None, person.id):
        raise forbidden(None)
    return check_active(person)
