"""Mutations and subscriptions of the area content."""

from __future__ import annotations

from typing import Final

from contracts.topics import Topic
from contracts.workflow.content import (
    AbandonContent,
    DraftContent,
    EditContent,
    RevokeContent,
    ScheduleContent,
    SubmitContent,
    UnscheduleContent,
    WithdrawContent,
)
from services.graphql_gateway.execution.bindings import Act, Stream

_RETURNS: Final = ("contentItem", "ContentItem")
_ID: Final = "content_id"

MUTATIONS: Final[dict[str, Act]] = {
    "contentDraft": Act(DraftContent, *_RETURNS, "Draft a post.", answer_id=_ID),
    "contentEdit": Act(
        EditContent, *_RETURNS, "Change the words; whoever edits becomes co-author.", answer_id=_ID
    ),
    "contentSubmit": Act(
        SubmitContent, *_RETURNS, "Freeze a version and open its review.", answer_id=_ID
    ),
    "contentWithdraw": Act(
        WithdrawContent, *_RETURNS, "Take your item out of review.", answer_id=_ID
    ),
    "contentSchedule": Act(
        ScheduleContent, *_RETURNS, "Set the time; without one it goes out now.", answer_id=_ID
    ),
    "contentUnschedule": Act(
        UnscheduleContent, *_RETURNS, "Take the time away; the approval stays.", answer_id=_ID
    ),
    "contentRevoke": Act(
        RevokeContent,
        *_RETURNS,
        "Take an approval back: prevented, or refused with TooLate and the attempt.",
        answer_id=_ID,
        extra={"prevented": "prevented"},
    ),
    "contentAbandon": Act(
        AbandonContent, *_RETURNS, "Give up a draft or a rejected item.", answer_id=_ID
    ),
}

SUBSCRIPTIONS: Final[dict[str, Stream]] = {
    "contentChanged": Stream(
        Topic.CONTENT,
        "contentItem",
        "ContentItem",
        "New and changed content in sight. After `Resync` some was missed: read again.",
    ),
}
