"""What the use cases of content share: reading, storing, and the answer."""

from __future__ import annotations

from chassis.ports import Work
from contracts.facts import Fact
from contracts.permissions import Permission
from contracts.refusals import Refusal, RefusalCode
from contracts.workflow.channels import ChannelState
from contracts.workflow.content import DraftAnswer, Variant
from services.workflow.application.governance.rights import require
from services.workflow.application.governance.target import Target
from services.workflow.application.media.attached import refuse_bad_media
from services.workflow.domain.channels.entities import Channel
from services.workflow.domain.content.item import ContentItem
from services.workflow.domain.content.machine import Transition

MAX_TEXT = 100_000
"""Characters of one variant; longer words are a document, not a post."""


def store(
    step: Transition, work: Work, *, first: tuple[Fact, ...] = (), reason: str = ""
) -> ContentItem:
    """Save the item of a transition with the facts it speaks, after those that came ``first``."""
    return work.save(step.item, *first, *step.facts, reason=reason)


def answer(item: ContentItem, *, prevented: bool = False) -> DraftAnswer:
    """What every command on an item answers."""
    return DraftAnswer(
        content_id=item.id,
        rev=item.rev,
        state=item.state,
        findings=item.findings,
        prevented=prevented,
    )


def person_of(work: Work) -> str:
    """The person who acts; content is never written or judged by a service."""
    if work.actor.person_id is None:
        raise Refusal(RefusalCode.FORBIDDEN, "Only a person can do this.")
    return work.actor.person_id


def target_of_item(item: ContentItem) -> Target:
    """A grant on one channel suffices only where the item goes to that channel alone."""
    channel_id = item.channel_ids[0] if len(item.channel_ids) == 1 else None
    return Target(unit_id=item.unit_id, channel_id=channel_id)


def refuse_bad_variants(variants: tuple[Variant, ...], work: Work) -> None:
    """Refuses no variants, two for one channel, empty or endless text, channels that cannot publish."""
    if not variants:
        raise Refusal(
            RefusalCode.INVALID_ARGUMENT, "Name at least one channel.", field=("variants",)
        )
    if len({v.channel_id for v in variants}) < len(variants):
        raise Refusal(
            RefusalCode.INVALID_ARGUMENT, "One channel takes one variant.", field=("variants",)
        )
    for index, variant in enumerate(variants):
        _refuse_bad_variant(variant, ("variants", str(index)), work)


def refuse_foreign_channels(variants: tuple[Variant, ...], work: Work) -> None:
    """Who writes a post may write on every channel it names, not only in the unit it is filed under."""
    for variant in variants:
        require(work, Permission.CONTENT_WRITE, Target(channel_id=variant.channel_id))


def _refuse_bad_variant(variant: Variant, field: tuple[str, ...], work: Work) -> None:
    if not variant.text.strip():
        raise Refusal(RefusalCode.INVALID_ARGUMENT, "The text is empty.", field=(*field, "text"))
    if len(variant.text) > MAX_TEXT:
        raise Refusal(
            RefusalCode.TOO_LARGE,
            f"A text has at most {MAX_TEXT} characters.",
            field=(*field, "text"),
        )
    if variant.profile is not None:
        raise Refusal(
            RefusalCode.INVALID_ARGUMENT,
            "A profile is changed for a time: draft a change of the profile.",
            field=(*field, "profile"),
        )
    channel = work.get(Channel, variant.channel_id)
    refuse_deaf_channel(channel, (*field, "channelId"))
    refuse_bad_media(variant.media, channel, work, field=(*field, "media"))


def refuse_deaf_channel(channel: Channel, field: tuple[str, ...] = ()) -> None:
    """Refuses channels that are archived, not active, or only listen."""
    if channel.state is ChannelState.ARCHIVED:
        raise Refusal(RefusalCode.CHANNEL_ARCHIVED, "The channel is archived.", field=field)
    if channel.state is not ChannelState.ACTIVE:
        raise Refusal(
            RefusalCode.CHANNEL_INACTIVE,
            f"The channel is {channel.state.value}.",
            field=field,
            data={"state": channel.state.value},
        )
    if not channel.can_publish:
        raise Refusal(RefusalCode.CHANNEL_CANNOT_PUBLISH, "The channel only listens.", field=field)
