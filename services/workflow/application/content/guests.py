"""People outside who are asked for one vote, by a link that shows one item."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

import msgspec

from chassis.ports import Work
from contracts.refusals import Refusal, RefusalCode
from contracts.workflow.content import ContentState, DraftAnswer
from contracts.workflow.review import (
    CastGuestVote,
    InviteReviewer,
    LinkState,
    ReviewerInvited,
    ReviewLinkEnded,
    ReviewLinkIssued,
    RevokeReviewLink,
    SeatChange,
    SeatsChanged,
)
from services.workflow.application.content.deciding import concluded, decided
from services.workflow.application.content.items import answer, person_of, target_of_item
from services.workflow.application.content.review import (
    eligible_reviewers,
    round_of,
    save_round,
)
from services.workflow.application.content.vote import under_review
from services.workflow.application.governance.target import Target
from services.workflow.domain import wording
from services.workflow.domain.content.item import ContentItem
from services.workflow.domain.content.link import ReviewLink
from services.workflow.domain.content.rounds import ReviewRound, RoundState, Vote, with_stage
from services.workflow.domain.content.seats import guest_gone, guest_invited
from services.workflow.domain.content.voting import cast, judged
from services.workflow.domain.people.entities import Person
from services.workflow.domain.people.membership import account_key, address

LONGEST_HOURS: Final = 30 * 24
MOST_GUESTS: Final = 10
"""Open links in one stage."""


def target_of_link(command: Any, work: Work) -> Target:
    """The item that the link opens."""
    link = work.get(ReviewLink, command.link_id)
    return target_of_item(work.get(ContentItem, link.content_id))


def invite_reviewer(command: InviteReviewer, work: Work) -> ReviewerInvited:
    """The stage waits for the guest from now on; the guest's vote replaces none of ours.

    Refuses members (they vote signed in), writers and people without a right to review the item.
    """
    item = work.get(ContentItem, command.content_id)
    review = under_review(item, work)
    _refuse_host(item, work)
    link = _new_link(command, item, review, work=work)
    stage = guest_invited(review.open_stage(), link.id)
    if len(stage.guest_ids) > MOST_GUESTS:
        raise wording.invalid(f"A stage waits for at most {MOST_GUESTS} guests.", "contentId")
    work.add(link)
    told = save_round(review, with_stage(review, stage), item, work=work)
    changed = _changed(item, review, SeatChange.GUEST_INVITED, link_id=link.id)
    work.save(item, *told, changed, _issued(link))
    return ReviewerInvited(link_id=link.id, content_id=item.id)


def _new_link(
    command: InviteReviewer, item: ContentItem, review: ReviewRound, *, work: Work
) -> ReviewLink:
    if not 1 <= command.hours <= LONGEST_HOURS:
        raise wording.invalid(f"A link lasts 1 to {LONGEST_HOURS} hours.", "hours")
    return ReviewLink(
        id=work.ids.new(),
        org_id=work.org_id,
        content_id=item.id,
        round_id=review.id,
        stage=review.open_stage().order,
        version_hash=review.version_hash,
        name=wording.line(command.name, "name"),
        email=_outside(command.email, work),
        issued_by=person_of(work),
        created_at=work.now,
        expires_at=work.now + timedelta(hours=command.hours),
    )


def _outside(email: str, work: Work) -> str:
    clean = address(email, "email")
    account_id = work.ids.derived("account", account_key(clean))
    if work.first(Person, account_id=account_id) is not None:
        raise wording.invalid(
            "A member of the organization votes signed in, not by a link.", "email"
        )
    return clean


def _refuse_host(item: ContentItem, work: Work) -> None:
    person = person_of(work)
    if item.is_written_by(person):
        raise Refusal(RefusalCode.OWN_WORDS, "Nobody chooses the reviewers of their own words.")
    if person not in eligible_reviewers(item, work):
        raise Refusal(RefusalCode.NOT_A_REVIEWER, "This person may not review this item now.")


def cast_guest_vote(command: CastGuestVote, work: Work) -> DraftAnswer:
    """One vote, once. Refuses LinkClosed, HashMismatch, ReasonRequired, WrongState."""
    link = work.get(ReviewLink, command.link_id)
    link.check_opens(work.now)
    item = work.get(ContentItem, link.content_id)
    review = under_review(item, work)
    vote = Vote(
        reviewer_id=link.id,
        stage=0,
        verdict=command.verdict,
        version_hash=command.version_hash,
        reason=command.reason,
        cast_at=work.now,
        link_id=link.id,
        name=link.name,
    )
    after = cast(review, item, vote, eligible=frozenset())
    work.save(link.ended(LinkState.USED))
    used = ReviewLinkEnded(content_id=item.id, link_id=link.id, state=LinkState.USED)
    return answer(decided(work.save(item, used), review, after, work=work))


def revoke_review_link(command: RevokeReviewLink, work: Work) -> DraftAnswer:
    """The link opens nothing any more, and the stage goes on without the guest."""
    link = work.get(ReviewLink, command.link_id)
    item = work.get(ContentItem, link.content_id)
    _refuse_host(item, work)
    work.save(link.ended(LinkState.REVOKED))
    fact = ReviewLinkEnded(content_id=item.id, link_id=link.id, state=LinkState.REVOKED)
    item = work.save(item, fact)
    review = round_of(item, work)
    if item.state is not ContentState.IN_REVIEW or review is None or not _waits_for(review, link):
        return answer(item)
    return answer(_without(item, review, link, work=work))


def _waits_for(review: ReviewRound, link: ReviewLink) -> bool:
    return review.state is RoundState.OPEN and link.id in review.open_stage().guest_ids


def _without(
    item: ContentItem, review: ReviewRound, link: ReviewLink, *, work: Work
) -> ContentItem:
    shorter = with_stage(review, guest_gone(review.open_stage(), link.id))
    item = work.save(item, _changed(item, review, SeatChange.GUEST_GONE, link_id=link.id))
    return concluded(item, review, judged(shorter, work.now), work=work)


def _changed(
    item: ContentItem, review: ReviewRound, change: SeatChange, *, link_id: str
) -> SeatsChanged:
    ids = {"left_ids" if change is SeatChange.GUEST_GONE else "added_ids": (link_id,)}
    stage = review.open_stage()
    whole = SeatsChanged(
        content_id=item.id,
        round_id=review.id,
        stage=stage.order,
        change=change,
        vacant=stage.vacant,
    )
    return msgspec.structs.replace(whole, **ids)


def _issued(link: ReviewLink) -> ReviewLinkIssued:
    return ReviewLinkIssued(
        content_id=link.content_id,
        link_id=link.id,
        round_id=link.round_id,
        stage=link.stage,
        issued_by=link.issued_by,
        expires_at=link.expires_at,
    )
