"""Edits and deletions of live posts, as deliveries of their own with the same machine.

Whoever plans a change has approved it in the same transaction (a correction). A change is sent only
while the post that it changes stands as we left it.
"""

from __future__ import annotations

from typing import Final

from chassis.ports import Work
from contracts.refusals import Refusal, RefusalCode
from contracts.workflow.content import Media, Variant
from contracts.workflow.deliveries import DeliveryAction, DeliveryState
from services.workflow.application.deliveries.plan import planned_fact, wake
from services.workflow.domain.content.item import variant_hash
from services.workflow.domain.deliveries.delivery import Delivery, delivery_key

CHANGE_LATENESS: Final = 7 * 24 * 3600
"""Seconds: what is wrong in public is put right late rather than never."""


def plan_change(
    original: Delivery,
    *,
    action: DeliveryAction,
    variant: Variant | None,
    source_id: str,
    work: Work,
) -> Delivery:
    """A due delivery that edits or deletes what ``original`` published.

    The same source plans the same change once. Refuses NotLive if nothing of ours stands there, and
    ChangePending while another change of the post has not come to an end.
    """
    change = _change(original, action=action, variant=variant, source_id=source_id, work=work)
    known = work.first(Delivery, id=change.id)
    if known is not None:
        return known
    refuse_not_live(original, work)
    return wake(work.add(change, planned_fact(change)), work)


def _change(
    original: Delivery,
    *,
    action: DeliveryAction,
    variant: Variant | None,
    source_id: str,
    work: Work,
) -> Delivery:
    part = _words(original, action, variant)
    hashed = variant_hash(part)
    slot = f"{action.value} {source_id}"
    key = delivery_key(
        work.org_id, original.content_id, original.channel_id, variant_hash=hashed, slot=slot
    )
    return Delivery(
        id=work.ids.derived("delivery", key),
        org_id=work.org_id,
        content_id=original.content_id,
        channel_id=original.channel_id,
        unit_id=original.unit_id,
        key=key,
        variant_hash=hashed,
        version_hash=original.version_hash,
        text=part.text,
        media=part.media,
        state=DeliveryState.PENDING,
        due_at=work.now,
        frozen_at=work.now,
        created_at=work.now,
        updated_at=work.now,
        max_lateness_seconds=CHANGE_LATENESS,
        action=action,
        target_external_id=original.external_id,
        original_id=original.id,
        source_id=source_id,
    )


def _words(original: Delivery, action: DeliveryAction, variant: Variant | None) -> Variant:
    if action is DeliveryAction.PUBLISH or (action is DeliveryAction.EDIT) != (variant is not None):
        raise ValueError("an edit brings the new words, a deletion brings none")
    if variant is None:
        return Variant(channel_id=original.channel_id, text=original.text, media=original.media)
    if variant.channel_id != original.channel_id:
        raise ValueError("an edit stays on its channel")
    return variant


def refuse_not_live(original: Delivery, work: Work, *, but: str = "") -> None:
    """Nothing can be changed that is not there, or that another change is about to touch."""
    if not original.is_publication or original.state is not DeliveryState.CONFIRMED:
        raise Refusal(RefusalCode.NOT_LIVE, "This is not published.", data=_of(original))
    for change in work.find(Delivery, original_id=original.id):
        if change.id == but:
            continue
        if change.is_open:
            raise Refusal(
                RefusalCode.CHANGE_PENDING,
                "Another change of this post is on its way.",
                data={**_of(original), "change_id": change.id},
            )
        if change.action is DeliveryAction.DELETE and change.state is DeliveryState.CONFIRMED:
            raise Refusal(RefusalCode.NOT_LIVE, "This was deleted.", data=_of(original))


def _of(original: Delivery) -> dict[str, str]:
    return {"delivery_id": original.id, "state": original.state.value}


def live_text(original: Delivery, work: Work) -> str | None:
    """What stands on the channel now as far as we know; None after a confirmed deletion."""
    latest = _latest(original, work)
    return latest.text if latest else None


def live_media(original: Delivery, work: Work) -> tuple[Media, ...]:
    """The media that stand there now as far as we know."""
    latest = _latest(original, work)
    return latest.media if latest else ()


def _latest(original: Delivery, work: Work) -> Delivery | None:
    done = [
        c
        for c in work.find(Delivery, original_id=original.id)
        if c.state is DeliveryState.CONFIRMED and c.confirmed_at
    ]
    if any(c.action is DeliveryAction.DELETE for c in done):
        return None
    return max(done, key=lambda c: (c.confirmed_at, c.id), default=original)
