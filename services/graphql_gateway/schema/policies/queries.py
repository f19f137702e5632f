"""Root fields of the area policies."""

from __future__ import annotations

from typing import Final

from contracts.workflow.policies import JudgeDraft
from services.graphql_gateway.execution.bindings import Asked, ById, FieldBinding, Many

QUERIES: Final[dict[str, FieldBinding]] = {
    "policies": Many("Policy", "The policies of the organization.", order="name"),
    "policy": ById("Policy", "One policy."),
    "waivers": Many(
        "Waiver", "Exceptions, latest asked first.", order="asked_at", is_descending=True
    ),
    "registerEntries": Many(
        "RegisterEntry",
        "What is not to be said, latest first.",
        order="created_at",
        is_descending=True,
    ),
    "draftJudge": Asked(
        JudgeDraft,
        "DraftJudgement",
        "Run every clause over words that nobody saved, while they are typed.",
    ),
}
