"""Organizations, units, people and grants."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec

from contracts.commands import Answer, Command, command
from contracts.facts import Fact, fact
from contracts.permissions import Permission, Role, ScopeKind
from contracts.topics import Topic


@fact(Topic.ORGANIZATIONS)
class OrganizationCreated(Fact, frozen=True, kw_only=True):
    """A tenant exists. Aggregate: the organization."""

    slug: str
    name: str
    time_zone: str
    created_by: str


@fact(Topic.ORGANIZATIONS)
class UnitAdded(Fact, frozen=True, kw_only=True):
    """A unit joined the tree. Aggregate: the unit."""

    unit_id: str
    name: str
    parent_id: str | None
    time_zone: str


@fact(Topic.ORGANIZATIONS)
class UnitChanged(Fact, frozen=True, kw_only=True):
    """A unit was renamed or moved. Aggregate: the unit."""

    unit_id: str
    name: str
    parent_id: str | None
    time_zone: str


@fact(Topic.ORGANIZATIONS)
class PersonAdded(Fact, frozen=True, kw_only=True):
    """A member joined; the gateway answers with an invitation. Aggregate: the person."""

    person_id: str
    account_id: str
    email: str
    name: str
    unit_id: str | None = None


@fact(Topic.ORGANIZATIONS)
class PersonDeactivated(Fact, frozen=True, kw_only=True):
    """A member left; their sessions and keys end. Aggregate: the person."""

    person_id: str
    account_id: str
    reason: str


@fact(Topic.ORGANIZATIONS)
class RoleGranted(Fact, frozen=True, kw_only=True):
    """A person holds a role on a scope for a time. Aggregate: the person."""

    grant_id: str
    person_id: str
    role: Role
    scope: ScopeKind
    scope_id: str
    starts_at: datetime | None = None
    ends_at: datetime | None = None


@fact(Topic.ORGANIZATIONS)
class GrantRevoked(Fact, frozen=True, kw_only=True):
    """A grant ended early. Aggregate: the person."""

    grant_id: str
    person_id: str


class RoutingAction(StrEnum):
    """What a routing rule does with a new conversation."""

    ROUTE = "route"
    SPAM = "spam"
    NO_REPLY_NEEDED = "no_reply_needed"


class RoutingRule(msgspec.Struct, frozen=True, kw_only=True):
    """One ordered rule; every condition that is given must hold; the first match decides.

    ``contains``: any of these words or phrases, compared case-folded. ``unit_id`` is needed for
    the action ``route``.
    """

    name: str
    action: RoutingAction = RoutingAction.ROUTE
    unit_id: str | None = None
    channel_ids: tuple[str, ...] = ()
    contains: tuple[str, ...] = ()
    author_handles: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()


@fact(Topic.ORGANIZATIONS)
class RoutingRulesSet(Fact, frozen=True, kw_only=True):
    """The organization's ordered routing rules. Aggregate: the organization."""

    rules: tuple[RoutingRule, ...]


class OrganizationAnswer(Answer, frozen=True, kw_only=True):
    """A new organization and its first admin."""

    organization_id: str
    person_id: str
    account_id: str


@command("workflow", Permission.ORGANIZATION_CREATE, OrganizationAnswer)
class CreateOrganization(Command, frozen=True, kw_only=True):
    """Create a tenant with its first admin; ``slug`` is unique per installation."""

    slug: str
    name: str
    admin_email: str
    admin_name: str
    time_zone: str = "UTC"


@command("workflow", Permission.UNIT_MANAGE)
class AddUnit(Command, frozen=True, kw_only=True):
    """Add a unit below ``parent_id``, or at the top."""

    name: str
    parent_id: str | None = None
    time_zone: str | None = None


@command("workflow", Permission.UNIT_MANAGE)
class ChangeUnit(Command, frozen=True, kw_only=True):
    """Rename or move a unit, or set its zone; a cycle is refused. Documents keep their unit_id.

    Another zone moves nothing that is scheduled: items keep the wall time and zone of their own.
    """

    unit_id: str
    name: str | None = None
    parent_id: str | None = None
    to_top: bool = False
    time_zone: str | None = None


@command("workflow", Permission.PERSON_MANAGE)
class AddPerson(Command, frozen=True, kw_only=True):
    """Add a member by e-mail address."""

    email: str
    name: str
    unit_id: str | None = None


@command("workflow", Permission.PERSON_MANAGE)
class DeactivatePerson(Command, frozen=True, kw_only=True):
    """End a membership; what the person did stays."""

    person_id: str
    reason: str


@command("workflow", Permission.ROLE_GRANT)
class GrantRole(Command, frozen=True, kw_only=True):
    """Give a role on the organization, a unit or a channel, optionally for a time only."""

    person_id: str
    role: Role
    scope: ScopeKind = ScopeKind.ORGANIZATION
    scope_id: str | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None


@command("workflow", Permission.ROLE_GRANT)
class RevokeGrant(Command, frozen=True, kw_only=True):
    """End a grant; the last admin of the organization cannot be removed."""

    grant_id: str


@command("workflow", Permission.ROUTING_MANAGE)
class SetRoutingRules(Command, frozen=True, kw_only=True):
    """Replace the ordered routing rules."""

    rules: tuple[RoutingRule, ...]
