"""What can happen to a conversation. Each event carries everything its transition needs."""

from __future__ import annotations

from datetime import datetime

import msgspec

from contracts.workflow.conversations import ConversationState
from services.workflow.domain.conversations.conversation import Reply
from services.workflow.domain.conversations.summary import Summary


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happens to a conversation at a time; ``reason`` is kept and told."""

    at: datetime
    reason: str = ""


class Heard(Event, frozen=True, kw_only=True):
    """Messages joined the thread, arrived or taken over from a merged one."""

    growth: Summary
    channel_unit_id: str


class Triage(Event, frozen=True, kw_only=True):
    """A person decides what the thread needs: open, spam or no_reply_needed."""

    person_id: str
    state: ConversationState


class Claim(Event, frozen=True, kw_only=True):
    """A person takes it for a while, or goes on holding it."""

    person_id: str


class Release(Event, frozen=True, kw_only=True):
    """The claimer gives it back."""

    person_id: str


class Lapse(Event, frozen=True, kw_only=True):
    """The claim has run out."""


class Assign(Event, frozen=True, kw_only=True):
    """A person, or a unit without naming anybody, becomes responsible."""

    person_id: str | None
    unit_id: str


class AskExpert(Event, frozen=True, kw_only=True):
    """Somebody who knows is asked."""


class ExpertAnswered(Event, frozen=True, kw_only=True):
    """The expert has answered the holder."""


class SubmitReply(Event, frozen=True, kw_only=True):
    """The holder's answer goes into review."""

    person_id: str


class ApproveReply(Event, frozen=True, kw_only=True):
    """The answer may go out, and is on its way."""


class RefuseReply(Event, frozen=True, kw_only=True):
    """The answer came back: changes, rejected, withdrawn or revoked."""


class ConfirmReply(Event, frozen=True, kw_only=True):
    """The answer stands on the platform."""

    reply: Reply


class FailReply(Event, frozen=True, kw_only=True):
    """The answer did not go out, or nobody knows whether it did."""


class FallQuiet(Event, frozen=True, kw_only=True):
    """The public has said nothing for the time that was given."""


class Resolve(Event, frozen=True, kw_only=True):
    """Nothing more is needed."""

    person_id: str


class Moderate(Event, frozen=True, kw_only=True):
    """A message was hidden, deleted or its author blocked."""


class Merge(Event, frozen=True, kw_only=True):
    """Another thread holds the messages now."""

    into_id: str
