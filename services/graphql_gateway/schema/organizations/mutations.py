"""Mutations of the area organizations."""

from __future__ import annotations

from typing import Final

from contracts.workflow.organizations import (
    AddPerson,
    AddUnit,
    ChangeUnit,
    CreateOrganization,
    DeactivatePerson,
    GrantRole,
    RevokeGrant,
    SetRoutingRules,
)
from services.graphql_gateway.domain.commands import InvitePerson
from services.graphql_gateway.execution.bindings import Act

MUTATIONS: Final[dict[str, Act]] = {
    "organizationCreate": Act(
        CreateOrganization,
        "organization",
        "Organization",
        "Create an organization with its first admin. For operators of the installation.",
        answer_id="organization_id",
        opens="organization_id",
    ),
    "unitAdd": Act(AddUnit, "unit", "Unit", "Add a unit below another one, or at the top."),
    "unitChange": Act(ChangeUnit, "unit", "Unit", "Rename or move a unit; a cycle is refused."),
    "personAdd": Act(AddPerson, "person", "Person", "Add a member; they get an invitation."),
    "personInvite": Act(
        InvitePerson,
        "person",
        "Person",
        "Give a member who has no password yet the token for POST /auth/accept. It is in this answer"
        " and nowhere else; NotFound in the moment before the gateway has heard of them.",
        extra={"token": "token"},
    ),
    "personDeactivate": Act(
        DeactivatePerson, "person", "Person", "End a membership; what the person did stays."
    ),
    "roleGrant": Act(
        GrantRole, "grant", "Grant", "Give a role on the organization, a unit or a channel."
    ),
    "roleRevoke": Act(RevokeGrant, "grant", "Grant", "End a grant."),
    "routingRulesSet": Act(
        SetRoutingRules, "organization", "Organization", "Replace the ordered routing rules."
    ),
}
