"""The public edited or deleted messages that are stored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from chassis.ports import BatchWork
from contracts.workflow.conversations import MentionRevised
from services.workflow.application.conversations.drafts import Drafts
from services.workflow.application.conversations.reading import Revisions
from services.workflow.domain.conversations.conversation import Conversation
from services.workflow.domain.conversations.mention import Mention, revised
from services.workflow.domain.conversations.summary import preview_of
from services.workflow.domain.transition import Transition


def newer(known: Iterable[Mention], revisions: Revisions) -> list[Mention]:
    """The placed mentions whose newest revision is in this batch."""
    placed = [mention for mention in known if mention.is_placed]
    after = [(mention, revised(mention, revisions[mention.id])) for mention in placed]
    return [new for old, new in after if new is not old]


def rehomed(mentions: Iterable[Mention], moved: Mapping[str, str]) -> list[Mention]:
    """The mentions in the conversations that hold them at the end of the batch."""
    return [
        msgspec.structs.replace(one, conversation_id=moved[one.conversation_id])
        if one.conversation_id in moved
        else one
        for one in mentions
    ]


def tell(mentions: Iterable[Mention], drafts: Drafts, batch: BatchWork) -> None:
    """Their conversations say so, and quote the new words."""
    for mention in mentions:
        thread = drafts[mention.conversation_id]
        fact = MentionRevised(
            conversation_id=thread.id,
            mention_id=mention.id,
            revision=mention.revision,
            is_deleted=mention.is_deleted,
        )
        after = msgspec.structs.replace(
            thread, preview=_preview(thread, mention), updated_at=batch.now
        )
        drafts.put(Transition(after, (fact,)))


def _preview(thread: Conversation, mention: Mention) -> str:
    is_quoted = thread.preview_mark.external_id == mention.external_id
    return preview_of(mention.text) if is_quoted else thread.preview
