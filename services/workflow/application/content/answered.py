"""Which message an answer answers."""

from __future__ import annotations

from chassis.ports import Work
from contracts.ingest import Direction
from contracts.refusals import Refusal, RefusalCode, not_found
from services.workflow.domain.conversations.conversation import Conversation
from services.workflow.domain.conversations.mention import Mention


def answered_mention(conversation: Conversation, mention_id: str | None, work: Work) -> Mention:
    """The message the author names, or else the newest of the public that is still there."""
    if mention_id is not None:
        return _named(conversation, mention_id, work)
    asked = [
        mention
        for mention in work.find(Mention, conversation_id=conversation.id)
        if mention.direction is Direction.INCOMING and not mention.is_deleted
    ]
    if not asked:
        raise Refusal(RefusalCode.WRONG_STATE, "There is no message left to answer.")
    return max(asked, key=lambda mention: (mention.posted_at, mention.id))


def _named(conversation: Conversation, mention_id: str, work: Work) -> Mention:
    mention = work.get(Mention, mention_id)
    if mention.conversation_id != conversation.id:
        raise not_found("mention", mention_id)
    if mention.is_deleted:
        raise Refusal(RefusalCode.WRONG_STATE, "The public deleted this message.")
    return mention
