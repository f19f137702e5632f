"""Types of the area reports."""

from __future__ import annotations

from typing import Final

from contracts.permissions import Permission
from contracts.views.reporting import DayDocumentView
from services.graphql_gateway.domain.report import MeasurePart, ReportPart, RowPart
from services.graphql_gateway.execution.bindings import Embedded, ObjectBinding, Ref, Scope, Stored

MEASURE: Final = ObjectBinding(
    "DurationMeasure",
    MeasurePart,
    "Durations of one kind, merged from counts per whole second: exact to one second.",
    {
        "count": Stored("count", "How many durations."),
        "medianSeconds": Stored("median", "Half took at most this; linear interpolation."),
        "p90Seconds": Stored("p90", "Nine in ten took at most this; linear interpolation."),
        "over24h": Stored("over_24h", "How many took more than 24 hours."),
    },
)

ROW: Final = ObjectBinding(
    "ReportRow",
    RowPart,
    "What was counted in one group.",
    {
        "day": Stored("day", "The day in UTC; null if not grouped by day."),
        "channel": Ref("channel_id", "Channel", "The channel; null if not grouped by channel."),
        "unit": Ref("unit_id", "Unit", "The unit; null if not grouped by unit."),
        "mentions": Stored(
            "mentions", "Messages that joined conversations, of the public and of our own accounts."
        ),
        "mentionsInbound": Stored("mentions_inbound", "Of them, from the public."),
        "replies": Stored("replies", "Answers that went out."),
        "unanswered": Stored("unanswered", "Messages of the public without an answer."),
        "postsPublished": Stored("posts_published", "Posts of our own that went out."),
        "approvals": Stored("approvals", "Review rounds that ended in approval."),
        "approvalWait": Embedded("approval_wait", "DurationMeasure", "From submit to its end."),
        "replyTime": Embedded(
            "reply_time", "DurationMeasure", "Every answer, from the message it answers."
        ),
        "firstResponsePerMessage": Embedded(
            "first_response_per_message",
            "DurationMeasure",
            "Every answered message of the public, to its first answer.",
        ),
        "firstResponsePerConversation": Embedded(
            "first_response_per_conversation",
            "DurationMeasure",
            "Every answered conversation, from its first message to its first answer.",
        ),
    },
)

REPORT: Final = ObjectBinding(
    "Report",
    ReportPart,
    "Counts and response measures of a span of days.",
    {
        "firstDay": Stored("first_day", "First day, included."),
        "lastDay": Stored("last_day", "Last day, included."),
        "total": Embedded("total", "ReportRow", "Everything together."),
        "rows": Embedded("rows", "ReportRow", "One row for each group that has anything."),
    },
)

DAY: Final = ObjectBinding(
    "DayDocument",
    DayDocumentView,
    "The source of reports; not part of the schema.",
    {},
    permission=Permission.REPORT_READ,
    scope=Scope(unit="unit_id", channel="channel_id"),
)

TYPES: Final = [MEASURE, ROW, REPORT, DAY]
