"""Root fields of the area reviews."""

from __future__ import annotations

from typing import Final

from services.graphql_gateway.execution.bindings import ById, FieldBinding, Many

QUERIES: Final[dict[str, FieldBinding]] = {
    "delegations": Many(
        "Delegation", "Who votes for whom, latest end first.", order="ends_at", is_descending=True
    ),
    "reviewRound": ById("ReviewRound", "One review round."),
}
