"""Root fields of the area operations."""

from __future__ import annotations

from typing import Final

from contracts.views.flow import (
    SET_ASIDE,
    DeadLetterView,
    GatewayDeadLetterView,
    IngestDeadLetterView,
    ReportingDeadLetterView,
    WorkflowDeadLetterView,
)
from services.graphql_gateway.execution.bindings import FieldBinding, Many


def _letters(service: str, view: type[DeadLetterView]) -> Many:
    said = f"Facts that {service} could not handle and that wait for a person."
    return Many("DeadLetter", said, view=view, where={"state": SET_ASIDE})


QUERIES: Final[dict[str, FieldBinding]] = {
    "importRuns": Many(
        "ImportRun", "Archives read, newest first.", order="started_at", is_descending=True
    ),
    "unreadableRows": Many(
        "UnreadableRow",
        "What could not be read, newest first.",
        order="set_aside_at",
        is_descending=True,
    ),
    "workflowDeadLetters": _letters("workflow", WorkflowDeadLetterView),
    "ingestDeadLetters": _letters("ingest", IngestDeadLetterView),
    "reportingDeadLetters": _letters("reporting", ReportingDeadLetterView),
    "gatewayDeadLetters": _letters("the gateway", GatewayDeadLetterView),
}
