"""Root fields of the area reports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from contracts.refusals import Refusal, RefusalCode
from services.graphql_gateway.domain.report import ReportDimension, report
from services.graphql_gateway.execution.bindings import (
    Argument,
    FieldBinding,
    Folded,
    Kind,
    Row,
)


def span(args: Mapping[str, Any]) -> Row:
    """The day documents of the span that the arguments name."""
    first, last = args["from"], args["to"]
    if first > last:
        raise Refusal(
            RefusalCode.INVALID_ARGUMENT, "The span ends before it begins.", field=("to",)
        )
    found: Row = {"day": {"$gte": first.isoformat(), "$lte": last.isoformat()}}
    for name, path in (("channelId", "channel_id"), ("unitId", "unit_id")):
        if args.get(name) is not None:
            found[path] = args[name]
    return found


def _fold(rows: Sequence[Row], args: Mapping[str, Any]) -> Row:
    wanted = {ReportDimension(each.value) for each in args.get("groupBy") or ()}
    by = [each for each in ReportDimension if each in wanted]
    return report(rows, by, first=args["from"].isoformat(), last=args["to"].isoformat())


QUERIES: Final[dict[str, FieldBinding]] = {
    "report": Folded(
        source="DayDocument",
        type="Report",
        reads=("day", "channel_id", "unit_id", "counts", "seconds"),
        arguments={
            "from": Argument(Kind.DAY, "First day in UTC, included.", is_required=True),
            "to": Argument(Kind.DAY, "Last day in UTC, included.", is_required=True),
            "groupBy": Argument(
                ReportDimension, "Rows for each of these together; none: one row.", is_list=True
            ),
            "channelId": Argument(Kind.ID, "Of this channel only.", ref="Channel"),
            "unitId": Argument(Kind.ID, "Of this unit only.", ref="Unit"),
        },
        where=span,
        fold=_fold,
        description="Counts and response measures of a span of days.",
    ),
}
