"""Refusals: how Rostrum says no, with a code for programs, data for both and a sentence for people.

Grammar of a code: CamelCase, names what is wrong, never what to do. The registered codes and their
HTTP status are spelled once here; ``docs/errors.md`` is printed from this table.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Final


class RefusalCode(StrEnum):
    """Every code a caller can receive, from any door."""

    # who and where
    UNAUTHENTICATED = "Unauthenticated"
    FORBIDDEN = "Forbidden"
    NOT_FOUND = "NotFound"
    TOKEN_EXPIRED = "TokenExpired"  # noqa: S105 - a code, not a token
    WRONG_CREDENTIALS = "WrongCredentials"
    ORGANIZATION_NEEDED = "OrganizationNeeded"
    # shape of the input
    MALFORMED = "Malformed"
    INVALID_ARGUMENT = "InvalidArgument"
    UNKNOWN_COMMAND = "UnknownCommand"
    UNSUPPORTED_MEDIA = "UnsupportedMedia"
    TOO_LARGE = "TooLarge"
    INVALID_CURSOR = "InvalidCursor"
    INVALID_TIME = "InvalidTime"
    AMBIGUOUS_TIME = "AmbiguousTime"
    # state
    STALE_VERSION = "StaleVersion"
    WRONG_STATE = "WrongState"
    ALREADY_EXISTS = "AlreadyExists"
    CLAIMED_BY_ANOTHER = "ClaimedByAnother"
    OWN_WORDS = "OwnWords"
    NOT_A_REVIEWER = "NotAReviewer"
    NO_REVIEWER = "NoReviewer"
    ALREADY_VOTED = "AlreadyVoted"
    HASH_MISMATCH = "HashMismatch"
    REASON_REQUIRED = "ReasonRequired"
    NOT_APPROVED = "NotApproved"
    APPROVAL_EXPIRED = "ApprovalExpired"
    ALREADY_APPEALED = "AlreadyAppealed"
    NOT_DELEGATED = "NotDelegated"
    DEBT_OPEN = "DebtOpen"
    LINK_CLOSED = "LinkClosed"
    BLOCKED_BY_CLAUSE = "BlockedByClause"
    CHANNEL_INACTIVE = "ChannelInactive"
    CHANNEL_ARCHIVED = "ChannelArchived"
    CHANNEL_CANNOT_PUBLISH = "ChannelCannotPublish"
    TEXT_TOO_LONG = "TextTooLong"
    MEDIA_REFUSED = "MediaRefused"
    QUOTA_EXCEEDED = "QuotaExceeded"
    TOO_LATE = "TooLate"
    PUBLISHING_STOPPED = "PublishingStopped"
    BLACKOUT = "Blackout"
    EMBARGOED = "Embargoed"
    BAD_RULE = "BadRule"
    CHANGE_PENDING = "ChangePending"
    NOT_LIVE = "NotLive"
    CANNOT_EDIT = "CannotEdit"
    LEGAL_HOLD = "LegalHold"
    BAD_CLAUSE = "BadClause"
    BAD_EXPRESSION = "BadExpression"
    BAD_PATTERN = "BadPattern"
    FENCED = "Fenced"
    PERSON_INACTIVE = "PersonInactive"
    UNIT_CYCLE = "UnitCycle"
    UNKNOWN_PLATFORM = "UnknownPlatform"
    LAST_ADMIN = "LastAdmin"
    # idempotency
    IDEMPOTENCY_MISMATCH = "IdempotencyMismatch"
    IN_PROGRESS = "InProgress"
    # limits and the outside
    RATE_LIMITED = "RateLimited"
    COST_EXCEEDED = "CostExceeded"
    QUERY_TOO_DEEP = "QueryTooDeep"
    QUERY_TOO_LARGE = "QueryTooLarge"
    UNAVAILABLE = "Unavailable"
    TIMED_OUT = "TimedOut"
    HOST_REFUSED = "HostRefused"
    PLATFORM_REFUSED = "PlatformRefused"
    NOT_A_FEED = "NotAFeed"
    INTERNAL = "Internal"


HTTP_STATUS: Final[dict[RefusalCode, int]] = {
    RefusalCode.UNAUTHENTICATED: 401,
    RefusalCode.TOKEN_EXPIRED: 401,
    RefusalCode.WRONG_CREDENTIALS: 401,
    RefusalCode.FORBIDDEN: 403,
    RefusalCode.OWN_WORDS: 403,
    RefusalCode.NOT_A_REVIEWER: 403,
    RefusalCode.NOT_FOUND: 404,
    RefusalCode.MALFORMED: 400,
    RefusalCode.INVALID_ARGUMENT: 422,
    RefusalCode.UNKNOWN_COMMAND: 404,
    RefusalCode.UNSUPPORTED_MEDIA: 415,
    RefusalCode.TOO_LARGE: 413,
    RefusalCode.STALE_VERSION: 409,
    RefusalCode.WRONG_STATE: 409,
    RefusalCode.ALREADY_EXISTS: 409,
    RefusalCode.CLAIMED_BY_ANOTHER: 409,
    RefusalCode.ALREADY_VOTED: 409,
    RefusalCode.HASH_MISMATCH: 409,
    RefusalCode.NOT_APPROVED: 409,
    RefusalCode.APPROVAL_EXPIRED: 409,
    RefusalCode.ALREADY_APPEALED: 409,
    RefusalCode.NOT_DELEGATED: 403,
    RefusalCode.DEBT_OPEN: 409,
    RefusalCode.LINK_CLOSED: 410,
    RefusalCode.TOO_LATE: 409,
    RefusalCode.PUBLISHING_STOPPED: 409,
    RefusalCode.BLACKOUT: 409,
    RefusalCode.EMBARGOED: 409,
    RefusalCode.CHANGE_PENDING: 409,
    RefusalCode.NOT_LIVE: 409,
    RefusalCode.LEGAL_HOLD: 409,
    RefusalCode.FENCED: 409,
    RefusalCode.IDEMPOTENCY_MISMATCH: 422,
    RefusalCode.IN_PROGRESS: 409,
    RefusalCode.RATE_LIMITED: 429,
    RefusalCode.UNAVAILABLE: 503,
    RefusalCode.TIMED_OUT: 504,
    RefusalCode.INTERNAL: 500,
}
"""Codes that are not listed answer 422."""


class Refusal(Exception):  # noqa: N818 - the domain's word; it is an answer, not a fault
    """A clear no. Nothing was changed; the caller learns why and may correct the request.

    ``field`` is the path of the argument at fault (``("input", "email")``), empty if none is.
    """

    def __init__(
        self,
        code: RefusalCode,
        sentence: str,
        *,
        field: tuple[str, ...] = (),
        data: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence
        self.field = field
        self.data = data or {}

    @property
    def status(self) -> int:
        """The HTTP status of RFC 9457 answers that carry this refusal."""
        return HTTP_STATUS.get(self.code, 422)


def not_found(kind: str, ident: str) -> Refusal:
    """The one answer for what does not exist and for what belongs to somebody else (S1)."""
    return Refusal(RefusalCode.NOT_FOUND, f"There is no {kind} {ident!r}.", data={"kind": kind})
