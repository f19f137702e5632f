"""Change the words: the round is superseded, planned deliveries fall, the editor becomes co-author."""

from __future__ import annotations

from chassis.ports import Work
from contracts.refusals import Refusal, RefusalCode
from contracts.workflow.content import ContentKind, ContentState, DraftAnswer, EditContent
from services.workflow.application.content.items import (
    answer,
    person_of,
    refuse_bad_variants,
    refuse_foreign_channels,
    store,
)
from services.workflow.application.content.review import supersede
from services.workflow.application.conversations.replies import reply_refused
from services.workflow.application.deliveries.plan import cancel_planned
from services.workflow.domain.content import events
from services.workflow.domain.content.item import ContentItem
from services.workflow.domain.content.machine import transition

UNDER_WAY = (ContentState.IN_REVIEW, ContentState.APPROVED, ContentState.SCHEDULED)


def edit_content(command: EditContent, work: Work) -> DraftAnswer:
    """Refuses StaleVersion if the item moved on since the editor read it."""
    item = work.get(ContentItem, command.content_id)
    if item.rev != command.rev:
        raise Refusal(
            RefusalCode.STALE_VERSION,
            "The item has changed since you read it.",
            field=("rev",),
            data={"rev": item.rev},
        )
    _refuse_profile(item)
    refuse_bad_variants(command.variants, work)
    if item.kind is ContentKind.POST:
        refuse_foreign_channels(command.variants, work)
    _refuse_moved_reply(item, command)
    step = transition(
        item,
        events.Edit(
            at=work.now,
            actor_id=person_of(work),
            variants=command.variants,
            machine_written=command.machine_written,
        ),
    )
    told = supersede(item, work, writer=person_of(work))
    work.stop_timers(item.id)
    cancel_planned(item, "The words were changed.", work)
    if item.conversation_id and item.state in UNDER_WAY:
        reply_refused(item.conversation_id, "The answer is being rewritten.", work)
    return answer(store(step, work, first=told))


def _refuse_profile(item: ContentItem) -> None:
    if item.kind is ContentKind.PROFILE:
        raise Refusal(
            RefusalCode.WRONG_STATE, "A change of a profile is not edited: draft it anew."
        )


def _refuse_moved_reply(item: ContentItem, command: EditContent) -> None:
    channels = tuple(v.channel_id for v in command.variants)
    if item.kind is ContentKind.REPLY and channels != item.channel_ids:
        raise Refusal(
            RefusalCode.INVALID_ARGUMENT,
            "An answer stays on the channel of its conversation.",
            field=("variants",),
        )
