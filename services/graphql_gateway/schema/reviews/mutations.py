"""Mutations of the area reviews."""

from __future__ import annotations

from typing import Final

from contracts.workflow.content import VoteOnContent
from contracts.workflow.review import (
    AppealContent,
    BreakGlass,
    DelegateReviews,
    DescribeContent,
    EndDelegation,
    FlagContent,
    HoldContent,
    InviteReviewer,
    ReReviewContent,
    ResumeContent,
    RevokeReviewLink,
    SettleReviewDebt,
)
from services.graphql_gateway.execution.bindings import Act

_RETURNS: Final = ("contentItem", "ContentItem")
_ID: Final = "content_id"
_DELEGATION: Final = ("delegation", "Delegation")

MUTATIONS: Final[dict[str, Act]] = {
    "contentVote": Act(
        VoteOnContent, *_RETURNS, "Say your verdict on the version you read.", answer_id=_ID
    ),
    "contentVoteMany": Act(
        VoteOnContent,
        *_RETURNS,
        "Say your verdict on several items; each is taken or refused on its own.",
        answer_id=_ID,
        many="votes",
        cost=200,
    ),
    "contentDescribe": Act(
        DescribeContent, *_RETURNS, "Set topic, tags, notes: no edit of the words.", answer_id=_ID
    ),
    "contentHold": Act(HoldContent, *_RETURNS, "Stop an item where it is.", answer_id=_ID),
    "contentResume": Act(
        ResumeContent, *_RETURNS, "Let a held item go on; the checks run again.", answer_id=_ID
    ),
    "contentAppeal": Act(
        AppealContent, *_RETURNS, "Ask the stage above about a rejection, once.", answer_id=_ID
    ),
    "contentFlag": Act(
        FlagContent, *_RETURNS, "Say that something in it is not true any more.", answer_id=_ID
    ),
    "contentReReview": Act(
        ReReviewContent, *_RETURNS, "Ask again about words whose approval expired.", answer_id=_ID
    ),
    "contentBreakGlass": Act(
        BreakGlass, *_RETURNS, "Approve without review in an emergency.", answer_id=_ID
    ),
    "reviewDebtSettle": Act(
        SettleReviewDebt, *_RETURNS, "Review what went out before its review.", answer_id=_ID
    ),
    "reviewsDelegate": Act(
        DelegateReviews,
        *_DELEGATION,
        "Let a colleague vote in your place for a time.",
    ),
    "delegationEnd": Act(EndDelegation, *_DELEGATION, "End a delegation before its time."),
    "reviewerInvite": Act(
        InviteReviewer,
        "reviewLink",
        "ReviewLink",
        "Ask somebody outside for one vote; the token opens /review/<token>.",
        answer_id="link_id",
        extra={"token": "token"},
    ),
    "reviewLinkRevoke": Act(
        RevokeReviewLink, *_RETURNS, "Take a guest's link back.", answer_id=_ID
    ),
}
