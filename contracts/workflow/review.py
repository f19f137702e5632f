"""Rounds of review beyond a single vote: stages, delegation, hold, appeal, break-glass, debt, guests."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from contracts.commands import Answer, Command, Done, command
from contracts.facts import Fact, fact
from contracts.permissions import Permission
from contracts.topics import Topic
from contracts.workflow.content import DraftAnswer
from contracts.workflow.content_states import (
    ApprovalKind,
    DebtState,
    StageMode,
    TopicRisk,
    Verdict,
)


class SeatChange(StrEnum):
    """Why the people of a stage changed after it opened."""

    ESCALATED = "escalated"
    REFILLED = "refilled"
    VACATED = "vacated"
    GUEST_INVITED = "guest_invited"
    GUEST_GONE = "guest_gone"


class StageEnd(StrEnum):
    """How a stage ended."""

    SATISFIED = "satisfied"
    ENDED = "ended"
    SUPERSEDED = "superseded"


class LinkState(StrEnum):
    """Whether a guest's link still opens."""

    OPEN = "open"
    USED = "used"
    REVOKED = "revoked"


@fact(Topic.CONTENT)
class StageOpened(Fact, frozen=True, kw_only=True):
    """A stage began to wait for votes. Aggregate: the content item (as for all facts on content)."""

    content_id: str
    round_id: str
    stage: int
    name: str
    mode: StageMode
    quorum: int
    reviewer_ids: tuple[str, ...]
    opened_at: datetime
    due_at: datetime | None
    unit_id: str
    channel_ids: tuple[str, ...]
    topic: str = ""


@fact(Topic.CONTENT)
class StageClosed(Fact, frozen=True, kw_only=True):
    """A stage waits no longer; ``waited_seconds`` since it opened."""

    content_id: str
    round_id: str
    stage: int
    name: str
    end: StageEnd
    closed_at: datetime
    waited_seconds: int
    unit_id: str
    channel_ids: tuple[str, ...]
    topic: str = ""


@fact(Topic.CONTENT)
class StageReminded(Fact, frozen=True, kw_only=True):
    """``percent`` (50 or 100) of the stage's time has passed; these people still owe their vote."""

    content_id: str
    round_id: str
    stage: int
    percent: int
    waiting_ids: tuple[str, ...]
    due_at: datetime


@fact(Topic.CONTENT)
class SeatsChanged(Fact, frozen=True, kw_only=True):
    """People joined or left an open stage; ``vacant`` seats wait for somebody."""

    content_id: str
    round_id: str
    stage: int
    change: SeatChange
    added_ids: tuple[str, ...] = ()
    left_ids: tuple[str, ...] = ()
    vacant: int = 0


@fact(Topic.CONTENT)
class ContentDescribed(Fact, frozen=True, kw_only=True):
    """What is said about the words, not the words: no edit, so no vote falls."""

    content_id: str
    topic: str
    topic_risk: TopicRisk
    tags: tuple[str, ...]
    language: str
    valid_until: datetime | None


@fact(Topic.CONTENT)
class GlassBroken(Fact, frozen=True, kw_only=True):
    """The crisis cell approves past review; not ``is_complete``: it waits for the second person."""

    content_id: str
    version_hash: str
    person_ids: tuple[str, ...]
    is_complete: bool
    reason: str


@fact(Topic.CONTENT)
class DebtOpened(Fact, frozen=True, kw_only=True):
    """What is approved without review owes one by ``due_at``."""

    content_id: str
    version_hash: str
    approval: ApprovalKind
    due_at: datetime
    unit_id: str
    channel_ids: tuple[str, ...]


@fact(Topic.CONTENT)
class DebtOverdue(Fact, frozen=True, kw_only=True):
    """Nobody has reviewed it by the time that was set."""

    content_id: str
    due_at: datetime


@fact(Topic.CONTENT)
class DebtSettled(Fact, frozen=True, kw_only=True):
    """A reviewer looked at what went out: cleared, or an incident of a severity from 1 (worst) to 3."""

    content_id: str
    version_hash: str
    state: DebtState
    reviewer_id: str | None
    severity: int | None
    reason: str
    unit_id: str
    channel_ids: tuple[str, ...]


@fact(Topic.CONTENT)
class ReviewLinkIssued(Fact, frozen=True, kw_only=True):
    """Somebody outside was asked for one vote. The link's secret is in no fact."""

    content_id: str
    link_id: str
    round_id: str
    stage: int
    issued_by: str
    expires_at: datetime


@fact(Topic.CONTENT)
class ReviewLinkEnded(Fact, frozen=True, kw_only=True):
    """The link was used, or taken back: it opens nothing any more."""

    content_id: str
    link_id: str
    state: LinkState


@fact(Topic.ORGANIZATIONS)
class ReviewsDelegated(Fact, frozen=True, kw_only=True):
    """Somebody may vote for somebody else for a time. Aggregate: the delegation."""

    delegation_id: str
    from_id: str
    to_id: str
    unit_id: str | None
    channel_id: str | None
    starts_at: datetime
    ends_at: datetime


@fact(Topic.ORGANIZATIONS)
class DelegationEnded(Fact, frozen=True, kw_only=True):
    """The delegation ended before its time."""

    delegation_id: str
    from_id: str
    to_id: str


@command("workflow", Permission.CONTENT_WRITE, DraftAnswer)
class DescribeContent(Command, frozen=True, kw_only=True):
    """Set what is said about an item; what is left out stays. Tags and notes are no edits.

    Topic, risk and ``valid_until`` decide the route: they change in draft; a change of topic or risk
    after approval lets the approval expire.
    """

    content_id: str
    tags: tuple[str, ...] | None = None
    notes: str | None = None
    topic: str | None = None
    topic_risk: TopicRisk | None = None
    language: str | None = None
    valid_until: datetime | None = None


@command("workflow", Permission.CONTENT_HOLD, DraftAnswer)
class HoldContent(Command, frozen=True, kw_only=True):
    """Stop an item where it is, at any moment before it is being published."""

    content_id: str
    reason: str


@command("workflow", Permission.CONTENT_HOLD, DraftAnswer)
class ResumeContent(Command, frozen=True, kw_only=True):
    """Back to where it was; the checks run again, and a block sends it back to draft."""

    content_id: str


@command("workflow", Permission.CONTENT_WRITE, DraftAnswer)
class AppealContent(Command, frozen=True, kw_only=True):
    """Its author asks the stage above about a rejected item, once."""

    content_id: str
    reason: str


@command("workflow", Permission.CONTENT_HOLD, DraftAnswer)
class FlagContent(Command, frozen=True, kw_only=True):
    """Something in an approved item may not be true any more: its approval expires."""

    content_id: str
    reason: str


@command("workflow", Permission.CONTENT_WRITE, DraftAnswer)
class ReReviewContent(Command, frozen=True, kw_only=True):
    """Ask again about the same words after their approval expired."""

    content_id: str


@command("workflow", Permission.CONTENT_BREAK_GLASS, DraftAnswer)
class BreakGlass(Command, frozen=True, kw_only=True):
    """Approve without review in an emergency: two people of the crisis cell, one after the other.

    ``alone``: one person answers for it, and a review within 24 hours is owed.
    """

    content_id: str
    reason: str
    alone: bool = False


@command("workflow", Permission.CONTENT_REVIEW, DraftAnswer)
class SettleReviewDebt(Command, frozen=True, kw_only=True):
    """Review what is out already. An incident needs a severity (1 worst, 3 least) and a reason."""

    content_id: str
    version_hash: str
    is_incident: bool = False
    severity: int | None = None
    reason: str = ""


@command("workflow", Permission.CONTENT_REVIEW, Done)
class DelegateReviews(Command, frozen=True, kw_only=True):
    """Let a colleague vote in your place for a time; on one unit, one channel, or everywhere."""

    to_id: str
    starts_at: datetime
    ends_at: datetime
    unit_id: str | None = None
    channel_id: str | None = None


@command("workflow", Permission.CONTENT_REVIEW, Done)
class EndDelegation(Command, frozen=True, kw_only=True):
    """End a delegation before its time: by who gave it, or who manages people there."""

    delegation_id: str


class ReviewerInvited(Answer, frozen=True, kw_only=True):
    """The link and the item. The gateway adds the signed ``token``, which is stored nowhere."""

    link_id: str
    content_id: str
    token: str = ""


@command("workflow", Permission.CONTENT_REVIEW, ReviewerInvited)
class InviteReviewer(Command, frozen=True, kw_only=True):
    """Ask somebody outside for one vote on the version under review.

    The stage then waits for that vote as well; it never replaces one of ours.
    """

    content_id: str
    name: str
    email: str
    hours: int = 72


@command("workflow", Permission.CONTENT_REVIEW, DraftAnswer)
class RevokeReviewLink(Command, frozen=True, kw_only=True):
    """Take a guest's link back; the stage no longer waits for it."""

    link_id: str


@command("workflow", None, DraftAnswer)
class CastGuestVote(Command, frozen=True, kw_only=True):
    """The gateway hands over what the holder of a link said; it has checked the signature."""

    link_id: str
    version_hash: str
    verdict: Verdict
    reason: str = ""
