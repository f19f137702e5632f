"""Groups of states and spans of time that the steps of the machine share."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import msgspec

from contracts.refusals import Refusal, RefusalCode
from contracts.workflow.conversations import ConversationState as S
from services.workflow.domain.conversations import events
from services.workflow.domain.conversations.conversation import Conversation

CLAIM_LIFE: Final = timedelta(minutes=15)
QUIET_AFTER_REPLY: Final = timedelta(days=1)
QUIET_AFTER_WAITING: Final = timedelta(days=7)
REOPEN_WINDOW: Final = timedelta(days=14)
"""A message later than this after the end begins a linked conversation of its own."""

ALIVE: Final = frozenset(S) - {S.MERGED}
IN_HAND: Final = frozenset({S.OPEN, S.CLAIMED, S.ASSIGNED})
ENDED: Final = frozenset({S.SPAM, S.NO_REPLY_NEEDED, S.RESOLVED, S.MODERATED})
TRIAGED: Final = frozenset({S.OPEN, S.SPAM, S.NO_REPLY_NEEDED})
UNCLAIMED: Final[dict[str, None]] = {"claimed_by_id": None, "claim_until": None}


def quieted(before: Conversation, after: Conversation, event: events.Event) -> Conversation:
    """Silence counts from now, not from the platform's time: an old archive is not silence."""
    if after.state is S.REPLIED:
        if before.state is S.REPLIED and before.quiet_at is not None:
            return after
        return msgspec.structs.replace(after, quiet_at=event.at + QUIET_AFTER_REPLY)
    if after.state is S.WAITING_PUBLIC or after.quiet_at is None:
        return after
    return msgspec.structs.replace(after, quiet_at=None)


def wrong_state(thread: Conversation, event: str) -> Refusal:
    """The refusal of an event that the state does not take."""
    return Refusal(
        RefusalCode.WRONG_STATE,
        f"A conversation that is {thread.state.value} cannot take {event}.",
        data={"state": thread.state.value, "event": event},
    )
