"""Read contract on what durable consumers set aside, in the database of each of them."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from contracts.views import View, view

SET_ASIDE: Final = "set aside"
"""The state of a letter that waits for a person; others are closed, or only suspected so far."""


class DeadLetterView(View, frozen=True, kw_only=True):
    """A fact that could not be handled, without its body. Index: (org_id, _id).

    Complete for letters in the state SET_ASIDE only.
    """

    id: str
    org_id: str
    group: str
    aggregate_id: str | None
    type: str | None
    reason: str
    error: str
    size: int
    topic: str
    partition: int
    offset: int
    state: str
    set_aside_at: datetime


@view("workflow", "dead_letters")
class WorkflowDeadLetterView(DeadLetterView, frozen=True, kw_only=True):
    """What workflow's groups set aside."""


@view("ingest", "dead_letters")
class IngestDeadLetterView(DeadLetterView, frozen=True, kw_only=True):
    """What ingest's groups set aside."""


@view("reporting", "dead_letters")
class ReportingDeadLetterView(DeadLetterView, frozen=True, kw_only=True):
    """What reporting's groups set aside."""


@view("graphql_gateway", "dead_letters")
class GatewayDeadLetterView(DeadLetterView, frozen=True, kw_only=True):
    """What the gateway's group set aside."""
