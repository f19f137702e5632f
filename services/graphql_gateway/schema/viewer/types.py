"""Types of the area viewer."""

from __future__ import annotations

from typing import Final

from chassis.ports import ActorKind
from contracts.permissions import Permission
from services.graphql_gateway.domain.views import ViewerPart
from services.graphql_gateway.execution.bindings import ObjectBinding, Ref, Stored

VIEWER: Final = ObjectBinding(
    "Viewer",
    ViewerPart,
    "Who asks, and what they may.",
    {
        "kind": Stored("kind", "A person, or an operator of the installation.", of=ActorKind),
        "person": Ref("person_id", "Person", "The member; null for operators."),
        "organization": Ref("org_id", "Organization", "The organization the token names."),
        "permissions": Stored(
            "permissions", "Everything held anywhere in the organization.", of=Permission
        ),
    },
)

TYPES: Final = [VIEWER]
