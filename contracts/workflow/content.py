"""Content items, their versions, review rounds and votes (DOMAIN 3)."""

from __future__ import annotations

from datetime import datetime

import msgspec

from contracts.commands import Answer, Command, command
from contracts.facts import Fact, fact
from contracts.permissions import Permission
from contracts.topics import Topic
from contracts.workflow.content_parts import ProfileChange
from contracts.workflow.content_states import (
    AfterReview,
    ApprovalKind,
    ContentKind,
    ContentState,
    DebtState,
    StageMode,
    TopicRisk,
    Verdict,
)

__all__ = [
    "AfterReview",
    "ApprovalKind",
    "ContentKind",
    "ContentState",
    "DebtState",
    "StageMode",
    "TopicRisk",
    "Verdict",
]


class Media(msgspec.Struct, frozen=True, kw_only=True):
    """One attached file: its bytes by their SHA-256, and the words for those who cannot see or hear.

    ``content_type`` is what the bytes are, not what their sender said. ``captions`` is the SHA-256 of
    a WebVTT file. ``is_decorative``: the image says nothing that its text does not.
    """

    hash: str
    content_type: str
    alt_text: str = ""
    captions: str | None = None
    is_decorative: bool = False


class Variant(msgspec.Struct, frozen=True, kw_only=True):
    """The text for one channel, with its media in order.

    ``profile``: what the channel's profile shall show, which ``text`` then says in words.
    """

    channel_id: str
    text: str
    media: tuple[Media, ...] = ()
    profile: ProfileChange | None = None


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """What a check found: the clause it cites, the sentence, and where in the text.

    ``severity`` is block, warn or route; a waived finding keeps its severity and names its waiver.
    ``route_seats`` are the seats that a finding of severity route asks for (legal, privacy ...).
    """

    check: str
    severity: str
    sentence: str
    channel_id: str | None = None
    start: int | None = None
    end: int | None = None
    policy_id: str | None = None
    policy_version: int | None = None
    clause_id: str | None = None
    clause_number: str = ""
    citation: str = ""
    guidance: str = ""
    evidence: str = ""
    waiver_id: str | None = None
    route_seats: tuple[str, ...] = ()

    @property
    def blocks(self) -> bool:
        """Whether it stops the item: a blocking clause that nobody waived."""
        return self.severity == "block" and self.waiver_id is None


class RequiredSeat(msgspec.Struct, frozen=True, kw_only=True):
    """A seat that a stage cannot close without (legal, privacy, accessibility, records)."""

    name: str
    reviewer_ids: tuple[str, ...]


class StagePlan(msgspec.Struct, frozen=True, kw_only=True):
    """One stage of a route as it was opened, with the people who may vote.

    ``required`` seats need an approval each, by a person who holds that seat. ``escalation_ids``
    are added to the reviewers when the stage is overdue.
    """

    order: int
    mode: StageMode
    quorum: int
    reviewer_ids: tuple[str, ...]
    due_at: datetime | None = None
    name: str = ""
    required: tuple[RequiredSeat, ...] = ()
    escalation_ids: tuple[str, ...] = ()


@fact(Topic.CONTENT, version=2)
class ContentDrafted(Fact, frozen=True, kw_only=True):
    """Somebody wants to say something. Aggregate: the content item (for all facts here)."""

    content_id: str
    kind: ContentKind
    author_id: str
    unit_id: str
    topic_risk: TopicRisk
    conversation_id: str | None
    variants: tuple[Variant, ...]
    machine_written: bool = False
    topic: str = ""
    tags: tuple[str, ...] = ()
    language: str = ""


@fact(Topic.CONTENT, version=2)
class ContentEdited(Fact, frozen=True, kw_only=True):
    """The words changed; whoever edits becomes co-author; an open round is superseded."""

    content_id: str
    editor_id: str
    variants: tuple[Variant, ...]
    previous: ContentState


@fact(Topic.CONTENT, version=2)
class ContentSubmitted(Fact, frozen=True, kw_only=True):
    """A version is frozen; everything that follows is bound to its hash."""

    content_id: str
    version: int
    version_hash: str
    variants: tuple[Variant, ...]
    submitted_by: str


@fact(Topic.CONTENT)
class ContentChecked(Fact, frozen=True, kw_only=True):
    """The clauses ran over the frozen version."""

    content_id: str
    version_hash: str
    findings: tuple[Finding, ...]
    is_blocked: bool


@fact(Topic.CONTENT)
class ReviewOpened(Fact, frozen=True, kw_only=True):
    """A review round over one version began; ``explanation`` says why this route."""

    content_id: str
    round_id: str
    version_hash: str
    stages: tuple[StagePlan, ...]
    explanation: str
    channel_ids: tuple[str, ...]
    unit_id: str


@fact(Topic.CONTENT)
class VoteCast(Fact, frozen=True, kw_only=True):
    """A reviewer spoke about exactly this hash."""

    content_id: str
    round_id: str
    stage: int
    reviewer_id: str
    verdict: Verdict
    version_hash: str
    reason: str
    waited_seconds: int
    on_behalf_of: str | None = None
    link_id: str | None = None
    unit_id: str = ""


@fact(Topic.CONTENT)
class ContentStateChanged(Fact, frozen=True, kw_only=True):
    """The item moved through DOMAIN 3.

    ``waited_seconds`` is the time between the opening of the round and its end, set when it ends.
    """

    content_id: str
    state: ContentState
    previous: ContentState
    actor_id: str | None
    version_hash: str | None
    unit_id: str
    channel_ids: tuple[str, ...]
    reason: str = ""
    waited_seconds: int | None = None
    approval: ApprovalKind | None = None
    is_sampled: bool | None = None


@fact(Topic.CONTENT)
class ContentScheduled(Fact, frozen=True, kw_only=True):
    """The item goes out at this instant; wall time and zone are what the person said."""

    content_id: str
    version_hash: str
    due_at: datetime
    wall_time: str
    time_zone: str
    slot: int


class Schedule(msgspec.Struct, frozen=True, kw_only=True):
    """Local wall time (``2026-03-01T09:30``) in an IANA zone; ``fold`` 0 or 1 picks a doubled time."""

    wall_time: str
    time_zone: str
    fold: int | None = None


class DraftAnswer(Answer, frozen=True, kw_only=True):
    """The item and its revision. ``prevented``: a revoke came in time, nothing has left."""

    content_id: str
    rev: int
    state: ContentState
    findings: tuple[Finding, ...] = ()
    prevented: bool = False


@command("workflow", Permission.CONTENT_WRITE, DraftAnswer)
class DraftContent(Command, frozen=True, kw_only=True):
    """Draft a post for one or more channels."""

    unit_id: str
    variants: tuple[Variant, ...]
    topic_risk: TopicRisk = TopicRisk.R2
    schedule: Schedule | None = None
    machine_written: bool = False
    topic: str = ""
    tags: tuple[str, ...] = ()
    language: str = ""
    valid_until: datetime | None = None


@command("workflow", Permission.CONTENT_WRITE, DraftAnswer)
class DraftReply(Command, frozen=True, kw_only=True):
    """Draft an answer in a conversation that the author holds."""

    conversation_id: str
    text: str
    mention_id: str | None = None
    machine_written: bool = False


@command("workflow", Permission.CONTENT_WRITE, DraftAnswer)
class EditContent(Command, frozen=True, kw_only=True):
    """Change the words; ``rev`` is the revision the editor saw."""

    content_id: str
    rev: int
    variants: tuple[Variant, ...]
    machine_written: bool = False


@command("workflow", Permission.CONTENT_WRITE, DraftAnswer)
class SubmitContent(Command, frozen=True, kw_only=True):
    """Freeze a version, run the checks, open the review round."""

    content_id: str


@command("workflow", Permission.CONTENT_WRITE, DraftAnswer)
class WithdrawContent(Command, frozen=True, kw_only=True):
    """Take an item out of review; author only."""

    content_id: str


@command("workflow", Permission.CONTENT_REVIEW, DraftAnswer)
class VoteOnContent(Command, frozen=True, kw_only=True):
    """One reviewer's verdict on the version they read (``version_hash``).

    ``on_behalf_of``: the reviewer who delegated to this person.
    """

    content_id: str
    verdict: Verdict
    version_hash: str
    reason: str = ""
    on_behalf_of: str | None = None


@command("workflow", Permission.CONTENT_SCHEDULE, DraftAnswer)
class ScheduleContent(Command, frozen=True, kw_only=True):
    """Set the time of an approved item; without a schedule it goes out now."""

    content_id: str
    schedule: Schedule | None = None
    max_lateness_seconds: int = 3600


@command("workflow", Permission.CONTENT_SCHEDULE, DraftAnswer)
class UnscheduleContent(Command, frozen=True, kw_only=True):
    """Take the time away; the approval stays."""

    content_id: str


@command("workflow", Permission.CONTENT_REVOKE, DraftAnswer)
class RevokeContent(Command, frozen=True, kw_only=True):
    """Take an approval back. Refused with TooLate and the attempt if it is on its way."""

    content_id: str
    reason: str


@command("workflow", Permission.CONTENT_WRITE, DraftAnswer)
class AbandonContent(Command, frozen=True, kw_only=True):
    """Give up a draft or a rejected item; it is kept as a record."""

    content_id: str
    reason: str
