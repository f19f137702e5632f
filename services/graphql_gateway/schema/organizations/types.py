"""Types of the area organizations."""

from __future__ import annotations

from typing import Final

from contracts.permissions import Permission, Role, ScopeKind
from contracts.views.workflow import (
    GrantView,
    OrganizationView,
    PersonView,
    RoutingRuleView,
    UnitView,
)
from contracts.workflow.organizations import RoutingAction
from services.graphql_gateway.execution.bindings import (
    ANYWHERE,
    Argument,
    Filter,
    GlobalId,
    Kind,
    Many,
    Match,
    ObjectBinding,
    Ref,
    Refs,
    Scope,
    Stored,
)

ORGANIZATION: Final = ObjectBinding(
    "Organization",
    OrganizationView,
    "The tenant: an agency, company or university; everything belongs to exactly one.",
    {
        "id": GlobalId(),
        "slug": Stored("slug", "Its short name, unique in the installation."),
        "name": Stored("name", "Its name.", may_lag=True),
        "timeZone": Stored("time_zone", "IANA zone in which it thinks of days."),
        "createdAt": Stored("created_at", "When it was created."),
        "mediaUsage": Ref("_id", "MediaUsage", "The media it keeps; null before the first file."),
    },
    permission=Permission.ORGANIZATION_READ,
    scope=ANYWHERE,
    is_node=True,
)

UNIT: Final = ObjectBinding(
    "Unit",
    UnitView,
    "A department, office or school inside an organization; units form a tree.",
    {
        "id": GlobalId(),
        "name": Stored("name", "Its name.", may_lag=True),
        "timeZone": Stored("time_zone", "IANA zone of its working days."),
        "createdAt": Stored("created_at", "When it joined the tree."),
        "parent": Ref("parent_id", "Unit", "The unit above; null at the top."),
        "children": Many("Unit", "The units right below.", by="parent_id", order="name"),
        "channels": Many("Channel", "Channels it answers for.", by="unit_id", order="name"),
    },
    permission=Permission.ORGANIZATION_READ,
    scope=ANYWHERE,
    is_node=True,
    filters={
        "parentId": Filter("parent_id", Argument(Kind.ID, "Right below this unit.", ref="Unit"))
    },
    sorts={"NAME": "name"},
)

PERSON: Final = ObjectBinding(
    "Person",
    PersonView,
    "A member of the organization; people, not positions, hold duties.",
    {
        "id": GlobalId(),
        "name": Stored("name", "Their name.", may_lag=True),
        "email": Stored("email", "Their address."),
        "isActive": Stored("is_active", "Whether they are still a member."),
        "createdAt": Stored("created_at", "When they joined."),
        "unit": Ref("unit_id", "Unit", "Where they work."),
        "assignedConversations": Many(
            "Conversation",
            "Conversations they are responsible for, latest change first.",
            by="assignee_id",
            order="updated_at",
            is_descending=True,
        ),
        "grants": Many("Grant", "The roles they hold or held.", by="person_id"),
    },
    permission=Permission.PERSON_READ,
    scope=ANYWHERE,
    is_node=True,
    filters={
        "isActive": Filter("is_active", Argument(Kind.TRUTH, "Members now, or former ones.")),
        "unitId": Filter("unit_id", Argument(Kind.ID, "Working in this unit.", ref="Unit")),
        "query": Filter("name", Argument(Kind.TEXT, "Part of the name."), Match.CONTAINS),
    },
    sorts={"NAME": "name"},
)

GRANT: Final = ObjectBinding(
    "Grant",
    GrantView,
    "A role that a person holds on the organization, a unit's subtree or one channel.",
    {
        "id": GlobalId(),
        "role": Stored("role", "The role.", of=Role),
        "scope": Stored("scope", "What kind of thing it covers.", of=ScopeKind),
        "unit": Ref("scope_id", "Unit", "The unit it covers; null for other scopes."),
        "channel": Ref("scope_id", "Channel", "The channel it covers; null for other scopes."),
        "startsAt": Stored("starts_at", "Not before; null: from the beginning."),
        "endsAt": Stored("ends_at", "Not from here on; null: open."),
        "isRevoked": Stored("is_revoked", "Whether it was ended early."),
        "createdAt": Stored("created_at", "When it was given."),
        "person": Ref("person_id", "Person", "Who holds it."),
    },
    permission=Permission.PERSON_READ,
    scope=ANYWHERE,
    is_node=True,
)

ROUTING_RULE: Final = ObjectBinding(
    "RoutingRule",
    RoutingRuleView,
    "One of the ordered rules that find the unit for a new conversation; the first match decides.",
    {
        "id": GlobalId(),
        "position": Stored("position", "Its place in the order, from 0."),
        "name": Stored("name", "What people call it."),
        "action": Stored("action", "What it does with a match.", of=RoutingAction),
        "unit": Ref("unit_id", "Unit", "Where it routes to."),
        "channels": Refs("channel_ids", "Channel", "Only on these channels; empty: on all."),
        "contains": Stored("contains", "Any of these words or phrases; empty: any text."),
        "authorHandles": Stored("author_handles", "Only from these authors; empty: from all."),
        "kinds": Stored("kinds", "Only these kinds of message; empty: all."),
    },
    permission=Permission.ROUTING_MANAGE,
    scope=Scope(),
    is_node=True,
)

TYPES: Final = [ORGANIZATION, UNIT, PERSON, GRANT, ROUTING_RULE]
