"""The words that say where content, its reviews and its approvals stand (DOMAIN 3)."""

from __future__ import annotations

from enum import StrEnum


class ContentState(StrEnum):
    """DOMAIN 3. From ``publishing`` on the state is derived from the deliveries."""

    DRAFT = "draft"
    CHECKING = "checking"
    ROUTED = "routed"
    IN_REVIEW = "in_review"
    CHANGES_REQUESTED = "changes_requested"
    REJECTED = "rejected"
    APPROVED = "approved"
    SCHEDULED = "scheduled"
    APPROVAL_EXPIRED = "approval_expired"
    ON_HOLD = "on_hold"
    PUBLISHING = "publishing"
    PUBLISHED = "published"
    PARTIALLY_PUBLISHED = "partially_published"
    UNCONFIRMED = "unconfirmed"
    FAILED = "failed"
    ARCHIVED = "archived"


class ContentKind(StrEnum):
    """A post of our own, a reply in a conversation, or a change of a profile that ends by itself."""

    POST = "post"
    REPLY = "reply"
    PROFILE = "profile"


class TopicRisk(StrEnum):
    """How much review a topic needs at least (DOMAIN 3)."""

    R0 = "R0"
    R1 = "R1"
    R2 = "R2"
    R3 = "R3"


class Verdict(StrEnum):
    """What a reviewer says of one version."""

    APPROVE = "approve"
    CHANGES = "changes"
    REJECT = "reject"


class StageMode(StrEnum):
    """How many approvals close a stage."""

    ANY = "any"
    ALL = "all"
    QUORUM = "quorum"


class ApprovalKind(StrEnum):
    """By what right an item may go out.

    ``reviewed``: a round over this hash was satisfied. ``post_review``: it is reviewed after it is
    out. ``not_sampled``: trusted, and the draw did not pick it. ``emergency``: the crisis cell.
    """

    REVIEWED = "reviewed"
    POST_REVIEW = "post_review"
    NOT_SAMPLED = "not_sampled"
    EMERGENCY = "emergency"


class DebtState(StrEnum):
    """The review that a published item still owes."""

    NONE = "none"
    OPEN = "open"
    CLEARED = "cleared"
    INCIDENT = "incident"


class AfterReview(StrEnum):
    """Which items of a route without stages are reviewed once they are out."""

    NONE = "none"
    ALL = "all"
    SAMPLE = "sample"
