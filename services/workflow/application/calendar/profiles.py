"""Timed changes of profiles: drafted like posts, taken back at their end as deliveries."""

from __future__ import annotations

from typing import Final

import msgspec

from chassis.ports import Work
from contracts.commands import Done
from contracts.refusals import Refusal, RefusalCode
from contracts.workflow.content import (
    ContentDrafted,
    ContentKind,
    ContentState,
    DraftAnswer,
    Variant,
)
from contracts.workflow.deliveries import DeliveryAction, DeliveryState
from contracts.workflow.profiles import DraftProfileChange, EndProfileChange
from services.workflow.application.content.describe import a_topic, the_tags
from services.workflow.application.content.items import (
    answer,
    person_of,
    refuse_bad_variants,
    refuse_foreign_channels,
)
from services.workflow.application.deliveries.changes import refuse_not_live
from services.workflow.application.deliveries.plan import PROFILE_TIMER, planned_fact, wake
from services.workflow.application.governance.target import Target
from services.workflow.domain import wording
from services.workflow.domain.calendar.profiles import in_words, refuse_bad_change, refuse_bad_end
from services.workflow.domain.content.item import ContentItem
from services.workflow.domain.content.times import instant_of, planned_instant
from services.workflow.domain.deliveries.delivery import Delivery, delivery_key
from services.workflow.domain.organizations.entities import Unit

REVERT_LATENESS: Final = 30 * 24 * 3600
"""Seconds: what should be gone goes late rather than never."""


def draft_profile_change(command: DraftProfileChange, work: Work) -> DraftAnswer:
    """A draft whose text says the change in words, so that checks and reviewers read it."""
    author = person_of(work)
    work.get(Unit, command.unit_id)
    for place, profile in enumerate(command.profiles):
        refuse_bad_change(profile, str(place))
    variants = tuple(
        Variant(
            channel_id=p.channel_id,
            text=in_words(p.change, p.media),
            media=p.media,
            profile=p.change,
        )
        for p in command.profiles
    )
    words = tuple(msgspec.structs.replace(variant, profile=None) for variant in variants)
    refuse_bad_variants(words, work)
    refuse_foreign_channels(words, work)
    starts_at = instant_of(command.schedule) if command.schedule else work.now
    item = ContentItem(
        id=work.ids.new(),
        org_id=work.org_id,
        kind=ContentKind.PROFILE,
        state=ContentState.DRAFT,
        author_id=author,
        unit_id=command.unit_id,
        channel_ids=tuple(v.channel_id for v in variants),
        topic_risk=command.topic_risk,
        variants=variants,
        proposed=command.schedule,
        planned_at=planned_instant(command.schedule),
        ends=command.ends,
        ends_at=refuse_bad_end(command.ends, max(starts_at, work.now)),
        topic=a_topic(command.topic),
        tags=the_tags(command.tags),
        created_at=work.now,
        updated_at=work.now,
    )
    return answer(work.add(item, _drafted(item)))


def _drafted(item: ContentItem) -> ContentDrafted:
    return ContentDrafted(
        content_id=item.id,
        kind=item.kind,
        author_id=item.author_id,
        unit_id=item.unit_id,
        topic_risk=item.topic_risk,
        conversation_id=None,
        variants=item.variants,
        topic=item.topic,
        tags=item.tags,
    )


def end_profile_change(command: EndProfileChange, work: Work) -> Done:
    """Take it back before its time, wherever it shows. Refuses NotLive if it shows nowhere."""
    item = work.get(ContentItem, command.content_id)
    wording.reason(command.reason)
    shown = [
        delivery
        for delivery in work.find(Delivery, content_id=item.id)
        if delivery.action is DeliveryAction.PROFILE and delivery.state is DeliveryState.CONFIRMED
    ]
    if not shown:
        raise Refusal(RefusalCode.NOT_LIVE, "It shows nowhere.")
    for delivery in shown:
        work.stop_timers(delivery.id, PROFILE_TIMER)
        _take_back(delivery, work)
    return Done(id=item.id, rev=item.rev, state=item.state.value)


def profile_end(delivery_id: str, work: Work) -> None:
    """Timer: its time is over. A second call plans nothing new."""
    delivery = work.first(Delivery, id=delivery_id)
    if delivery is not None and delivery.state is DeliveryState.CONFIRMED:
        _take_back(delivery, work)


def _take_back(shown: Delivery, work: Work) -> None:
    """One due delivery that brings back what was captured; once, however often it is asked for."""
    revert = _revert(shown, work)
    if revert is None or work.first(Delivery, id=revert.id) is not None:
        return
    refuse_not_live(shown, work)
    wake(work.add(revert, planned_fact(revert)), work)


def _revert(shown: Delivery, work: Work) -> Delivery | None:
    if shown.captured is None:
        return None
    key = delivery_key(
        work.org_id,
        shown.content_id,
        shown.channel_id,
        variant_hash=shown.variant_hash,
        slot=f"profile_revert {shown.id}",
    )
    return Delivery(
        id=work.ids.derived("delivery", key),
        org_id=work.org_id,
        content_id=shown.content_id,
        channel_id=shown.channel_id,
        unit_id=shown.unit_id,
        key=key,
        variant_hash=shown.variant_hash,
        version_hash=shown.version_hash,
        text=in_words(shown.captured, shown.captured_media),
        media=shown.captured_media,
        profile=shown.captured,
        state=DeliveryState.PENDING,
        due_at=work.now,
        frozen_at=work.now,
        created_at=work.now,
        updated_at=work.now,
        max_lateness_seconds=REVERT_LATENESS,
        action=DeliveryAction.PROFILE_REVERT,
        original_id=shown.id,
    )


def target_of_new(command: DraftProfileChange, _work: Work) -> Target:
    """As of a draft: the unit, and the channel if there is only one."""
    channels = {profile.channel_id for profile in command.profiles}
    channel_id = channels.pop() if len(channels) == 1 else None
    return Target(unit_id=command.unit_id, channel_id=channel_id)
