"""Root fields of the area corrections."""

from __future__ import annotations

from typing import Final

from services.graphql_gateway.execution.bindings import ById, FieldBinding, Many

QUERIES: Final[dict[str, FieldBinding]] = {
    "corrections": Many(
        "Correction",
        "Corrections in sight, latest report first.",
        order="reported_at",
        is_descending=True,
    ),
    "correction": ById("Correction", "One correction."),
    "correctionTasks": Many(
        "CorrectionTask", "What units are asked to put right, first due first.", order="due_at"
    ),
    "correctionEntries": Many(
        "CorrectionEntry", "The chain of all corrections, from its beginning.", order="n"
    ),
    "legalHolds": Many(
        "LegalHold", "Legal holds, the latest first.", order="set_at", is_descending=True
    ),
}
