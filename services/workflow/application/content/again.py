"""Ask again about the same words: after the approval expired, or by an appeal."""

from __future__ import annotations

import msgspec

from chassis.ports import Work
from contracts.refusals import Refusal, RefusalCode
from contracts.workflow.content import ContentState, DraftAnswer, Finding
from contracts.workflow.review import AppealContent, ReReviewContent
from services.workflow.application.content.items import answer, person_of
from services.workflow.application.content.opening import open_review
from services.workflow.application.content.review import managers_of, round_of
from services.workflow.application.conversations.replies import begin_reply, to_reply_review
from services.workflow.application.policies.checking import judged
from services.workflow.application.trust.routing import route_of
from services.workflow.domain.content.item import ContentItem
from services.workflow.domain.content.rerouting import above, has_passed, rereview
from services.workflow.domain.content.rounds import ReviewRound
from services.workflow.domain.content.step import need_reason


def rereview_content(command: ReReviewContent, work: Work) -> DraftAnswer:
    """One stage over the same hash, or the whole route if risk or route have changed.

    Refuses BlockedByClause: words that a clause blocks today have to be edited.
    """
    item = _in_state(command.content_id, ContentState.APPROVAL_EXPIRED, work)
    route = route_of(item, _passing(item, work), work)
    stages = rereview(route.stages, _last_passed(item, work))
    again = msgspec.structs.replace(route, stages=stages)
    _to_review(item, work)
    return answer(open_review(item, again, work, again="Asked again about the same words."))


def appeal_content(command: AppealContent, work: Work) -> DraftAnswer:
    """The author asks the stage above, once. Refuses Forbidden, AlreadyAppealed, NoReviewer."""
    item = _in_state(command.content_id, ContentState.REJECTED, work)
    need_reason(command.reason, "Say why the rejection is wrong.")
    if person_of(work) != item.author_id:
        raise Refusal(RefusalCode.FORBIDDEN, "Only the author can appeal.")
    rejected = round_of(item, work)
    if rejected is None:
        raise Refusal(RefusalCode.WRONG_STATE, "There is no round to appeal against.")
    route = route_of(item, _passing(item, work), work)
    stages = above(rejected, route.stages, managers_of(item, work))
    appeal = msgspec.structs.replace(
        route, stages=stages, explanation="On appeal: the stage above decides."
    )
    _to_review(item, work)
    return answer(open_review(item, appeal, work, again=command.reason, appeal_of=rejected.id))


def _in_state(content_id: str, state: ContentState, work: Work) -> ContentItem:
    item = work.get(ContentItem, content_id)
    if item.state is not state:
        raise Refusal(
            RefusalCode.WRONG_STATE,
            f"The item is {item.state.value}, not {state.value}.",
            data={"state": item.state.value},
        )
    return item


def _to_review(item: ContentItem, work: Work) -> None:
    if item.conversation_id:
        begin_reply(item.conversation_id, person_of(work), work)
        to_reply_review(item.conversation_id, work)


def _passing(item: ContentItem, work: Work) -> tuple[Finding, ...]:
    found = judged(item, work)
    blocking = [f for f in found.findings if f.blocks]
    if blocking:
        raise Refusal(
            RefusalCode.BLOCKED_BY_CLAUSE, blocking[0].sentence, data={"check": blocking[0].check}
        )
    return found.findings


def _last_passed(item: ContentItem, work: Work) -> ReviewRound | None:
    """The newest round in which these very words passed every stage."""
    rounds = work.find(ReviewRound, content_id=item.id, order="-opened_at")
    passed = (r for r in rounds if r.version_hash == item.version_hash and has_passed(r))
    return next(passed, None)
