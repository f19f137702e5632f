"""Draft a post, or an answer in a conversation that the author holds."""

from __future__ import annotations

from chassis.ports import Work
from contracts.refusals import Refusal, RefusalCode
from contracts.workflow.content import (
    ContentDrafted,
    ContentKind,
    ContentState,
    DraftAnswer,
    DraftContent,
    DraftReply,
    TopicRisk,
    Variant,
)
from services.workflow.application.content.answered import answered_mention
from services.workflow.application.content.describe import (
    a_language,
    a_topic,
    the_tags,
    until,
)
from services.workflow.application.content.items import (
    answer,
    person_of,
    refuse_bad_variants,
    refuse_foreign_channels,
)
from services.workflow.application.conversations.replies import begin_reply
from services.workflow.domain.content.item import ContentItem
from services.workflow.domain.content.times import instant_of, planned_instant
from services.workflow.domain.organizations.entities import Unit

REPLY_RISK = TopicRisk.R2
REPLY_LATENESS_SECONDS = 24 * 3600
"""An answer is late after a day; then it is held and its author told."""


def draft_content(command: DraftContent, work: Work) -> DraftAnswer:
    """A new post in draft; a schedule is a proposal until the item is approved."""
    author = person_of(work)
    refuse_bad_variants(command.variants, work)
    refuse_foreign_channels(command.variants, work)
    work.get(Unit, command.unit_id)
    if command.schedule:
        instant_of(command.schedule)
    item = ContentItem(
        id=work.ids.new(),
        org_id=work.org_id,
        kind=ContentKind.POST,
        state=ContentState.DRAFT,
        author_id=author,
        unit_id=command.unit_id,
        channel_ids=tuple(v.channel_id for v in command.variants),
        topic_risk=command.topic_risk,
        variants=command.variants,
        proposed=command.schedule,
        planned_at=planned_instant(command.schedule),
        machine_written=command.machine_written,
        topic=a_topic(command.topic),
        tags=the_tags(command.tags),
        language=a_language(command.language),
        valid_until=until(command.valid_until, work.now),
        created_at=work.now,
        updated_at=work.now,
    )
    return answer(work.add(item, _drafted(item)))


def draft_reply(command: DraftReply, work: Work) -> DraftAnswer:
    """A new answer to one message of the conversation, by default the newest of the public."""
    author = person_of(work)
    conversation = begin_reply(command.conversation_id, author, work)
    mention = answered_mention(conversation, command.mention_id, work)
    variants = (Variant(channel_id=conversation.channel_id, text=command.text),)
    refuse_bad_variants(variants, work)
    _refuse_second_answer(conversation.id, work)
    item = ContentItem(
        id=work.ids.new(),
        org_id=work.org_id,
        kind=ContentKind.REPLY,
        state=ContentState.DRAFT,
        author_id=author,
        unit_id=conversation.unit_id,
        channel_ids=(conversation.channel_id,),
        topic_risk=REPLY_RISK,
        variants=variants,
        conversation_id=conversation.id,
        in_reply_to=mention.external_id,
        max_lateness_seconds=REPLY_LATENESS_SECONDS,
        machine_written=command.machine_written,
        created_at=work.now,
        updated_at=work.now,
    )
    return answer(work.add(item, _drafted(item)))


ON_ITS_WAY = (
    ContentState.CHECKING,
    ContentState.ROUTED,
    ContentState.IN_REVIEW,
    ContentState.APPROVED,
    ContentState.SCHEDULED,
    ContentState.PUBLISHING,
    ContentState.UNCONFIRMED,
)


def _refuse_second_answer(conversation_id: str, work: Work) -> None:
    states = [state.value for state in ON_ITS_WAY]
    other = work.first(ContentItem, conversation_id=conversation_id, state=states)
    if other:
        raise Refusal(
            RefusalCode.WRONG_STATE,
            "Another answer of this conversation is already on its way.",
            data={"content_id": other.id, "state": other.state.value},
        )


def _drafted(item: ContentItem) -> ContentDrafted:
    return ContentDrafted(
        content_id=item.id,
        kind=item.kind,
        author_id=item.author_id,
        unit_id=item.unit_id,
        topic_risk=item.topic_risk,
        conversation_id=item.conversation_id,
        variants=item.variants,
        machine_written=item.machine_written,
        topic=item.topic,
        tags=item.tags,
        language=item.language,
    )
