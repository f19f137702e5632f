"""Root fields of the area trust."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from services.graphql_gateway.domain.red_tape import red_tape
from services.graphql_gateway.domain.trust_report import trust_report
from services.graphql_gateway.execution.bindings import (
    Argument,
    FieldBinding,
    Folded,
    Kind,
    Many,
    Ref,
    Row,
)
from services.graphql_gateway.schema.reports.queries import span

_SPAN: Final = {
    "from": Argument(Kind.DAY, "First day in UTC, included.", is_required=True),
    "to": Argument(Kind.DAY, "Last day in UTC, included.", is_required=True),
    "channelId": Argument(Kind.ID, "Of this channel only.", ref="Channel"),
    "unitId": Argument(Kind.ID, "Of this unit only.", ref="Unit"),
}


def _red_tape(rows: Sequence[Row], args: Mapping[str, Any]) -> Row:
    return red_tape(rows, first=args["from"].isoformat(), last=args["to"].isoformat())


def _trust_report(rows: Sequence[Row], args: Mapping[str, Any]) -> Row:
    return trust_report(rows, first=args["from"].isoformat(), last=args["to"].isoformat())


QUERIES: Final[dict[str, FieldBinding]] = {
    "reviewSettings": Ref(
        "review_settings_id",
        "ReviewSettings",
        "Routes of review and crisis level; null until one was set.",
    ),
    "seatAssignments": Many("SeatAssignment", "Seats, present and past.", order="name"),
    "trustRecords": Many(
        "TrustRecord", "Records in sight, latest look first.", order="as_of", is_descending=True
    ),
    "redTape": Folded(
        source="DayDocument",
        type="RedTape",
        reads=("unit_id", "counts", "seconds"),
        arguments=_SPAN,
        where=span,
        fold=_red_tape,
        description="How long decisions took, by stage, topic and unit; never by person.",
    ),
    "trustReport": Folded(
        source="DayDocument",
        type="TrustReport",
        reads=("counts", "seconds"),
        arguments=_SPAN,
        where=span,
        fold=_trust_report,
        description="What trust is worth: incidents with and without review before, and waiting saved.",
    ),
}
