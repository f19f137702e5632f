"""The use cases of content items."""

from __future__ import annotations

from typing import Any, Final

from chassis.ports import TimerHandler, UseCase, Work
from contracts.commands import Command
from contracts.workflow import content as orders
from contracts.workflow import review as reviews
from services.workflow.application.content import delegate, guests
from services.workflow.application.content.abandon import abandon_content
from services.workflow.application.content.again import appeal_content, rereview_content
from services.workflow.application.content.break_glass import break_glass
from services.workflow.application.content.debt import debt_is_late, settle_review_debt
from services.workflow.application.content.describe import describe_content
from services.workflow.application.content.draft import draft_content, draft_reply
from services.workflow.application.content.edit import edit_content
from services.workflow.application.content.expire import (
    VALIDITY_TIMER,
    approval_outlived,
    flag_content,
)
from services.workflow.application.content.hold import hold_content, resume_content
from services.workflow.application.content.items import target_of_item
from services.workflow.application.content.rerouting import route_looked_at
from services.workflow.application.content.review import STAGE_TIMER
from services.workflow.application.content.revoke import revoke_content
from services.workflow.application.content.schedule import (
    DEBT_TIMER,
    DUE_TIMER,
    content_due,
    schedule_content,
    unschedule_content,
)
from services.workflow.application.content.stalling import stage_is_late
from services.workflow.application.content.submit import submit_content
from services.workflow.application.content.vote import vote_on_content
from services.workflow.application.content.withdraw import withdraw_content
from services.workflow.application.governance.target import Target, TargetOf
from services.workflow.application.trust.waiting import ROUTE_TIMER
from services.workflow.domain.content.item import ContentItem
from services.workflow.domain.conversations.conversation import Conversation

HANDLERS: Final[dict[type[Command], UseCase]] = {
    orders.DraftContent: draft_content,
    orders.DraftReply: draft_reply,
    orders.EditContent: edit_content,
    orders.SubmitContent: submit_content,
    orders.WithdrawContent: withdraw_content,
    orders.VoteOnContent: vote_on_content,
    orders.ScheduleContent: schedule_content,
    orders.UnscheduleContent: unschedule_content,
    orders.RevokeContent: revoke_content,
    orders.AbandonContent: abandon_content,
    reviews.DescribeContent: describe_content,
    reviews.HoldContent: hold_content,
    reviews.ResumeContent: resume_content,
    reviews.AppealContent: appeal_content,
    reviews.FlagContent: flag_content,
    reviews.ReReviewContent: rereview_content,
    reviews.BreakGlass: break_glass,
    reviews.SettleReviewDebt: settle_review_debt,
    reviews.DelegateReviews: delegate.delegate_reviews,
    reviews.EndDelegation: delegate.end_delegation,
    reviews.InviteReviewer: guests.invite_reviewer,
    reviews.RevokeReviewLink: guests.revoke_review_link,
    reviews.CastGuestVote: guests.cast_guest_vote,
}


def _item(command: Any, work: Work) -> Target:
    return target_of_item(work.get(ContentItem, command.content_id))


def _draft(command: orders.DraftContent, _work: Work) -> Target:
    channels = {v.channel_id for v in command.variants}
    return Target(
        unit_id=command.unit_id, channel_id=channels.pop() if len(channels) == 1 else None
    )


def _reply(command: orders.DraftReply, work: Work) -> Target:
    conversation = work.get(Conversation, command.conversation_id)
    return Target(unit_id=conversation.unit_id, channel_id=conversation.channel_id)


TARGETS: Final[dict[type[Command], TargetOf]] = {
    **dict.fromkeys(HANDLERS, _item),
    orders.DraftContent: _draft,
    orders.DraftReply: _reply,
    reviews.DelegateReviews: delegate.target_of_scope,
    reviews.EndDelegation: delegate.target_of_delegation,
    reviews.RevokeReviewLink: guests.target_of_link,
    reviews.CastGuestVote: guests.target_of_link,
}

TIMERS: Final[dict[str, TimerHandler]] = {
    DUE_TIMER: content_due,
    DEBT_TIMER: debt_is_late,
    STAGE_TIMER: stage_is_late,
    VALIDITY_TIMER: approval_outlived,
    ROUTE_TIMER: route_looked_at,
}
