"""Types of the area viewer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from chassis.ports import ActorKind
from contracts.permissions import Permission
from services.graphql_gateway.domain.red_tape import decisions_waiting
from services.graphql_gateway.domain.views import ViewerPart
from services.graphql_gateway.execution.bindings import Folded, ObjectBinding, Ref, Row, Stored


def _waiting_on(args: Mapping[str, Any]) -> Row:
    return {"waiting_ids": args["viewer"].actor.person_id, "state": "open"}


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
        "decisionsWaiting": Folded(
            source="ReviewRound",
            type="DecisionsWaiting",
            reads=("content_id", "stages", "opened_at"),
            arguments={},
            where=_waiting_on,
            fold=lambda rows, args: decisions_waiting(rows, args["viewer"].now),
            description="The reviews that wait on whoever asks, the oldest first.",
            most=1_000,
            for_viewer=True,
        ),
    },
)

TYPES: Final = [VIEWER]
