"""Steps of the words: edited, frozen, checked, described, given up."""

from __future__ import annotations

import msgspec

from contracts.refusals import Refusal, RefusalCode
from contracts.workflow.content import (
    ContentChecked,
    ContentEdited,
    ContentState,
    ContentSubmitted,
)
from contracts.workflow.review import ContentDescribed
from services.workflow.domain.content import events
from services.workflow.domain.content.item import ContentItem
from services.workflow.domain.content.step import (
    NO_APPROVAL,
    Transition,
    kept_time,
    moved,
    need_reason,
    to,
)

S = ContentState

STILL_OPEN = frozenset({S.DRAFT, S.CHANGES_REQUESTED, S.REJECTED})
"""States in which nobody has to be asked again when topic, risk or validity change."""


def edit(item: ContentItem, event: events.Edit) -> Transition:
    """A draft again; whoever edits becomes co-author; the time slot stays as a proposal."""
    editor = event.actor_id or ""
    co_authors = item.co_author_ids
    if editor and not item.is_written_by(editor):
        co_authors = (*co_authors, editor)
    after = moved(
        item,
        event,
        S.DRAFT,
        variants=event.variants,
        channel_ids=tuple(v.channel_id for v in event.variants),
        co_author_ids=co_authors,
        machine_written=item.machine_written or event.machine_written,
        round_id=None,
        findings=(),
        proposed=kept_time(item),
        **NO_APPROVAL,
    )
    fact = ContentEdited(
        content_id=item.id, editor_id=editor, variants=event.variants, previous=item.state
    )
    return Transition(after, (fact,))


def submit(item: ContentItem, event: events.Submit) -> Transition:
    """The next version, under its hash."""
    after = moved(
        item, event, S.CHECKING, version=item.version + 1, version_hash=event.version_hash
    )
    fact = ContentSubmitted(
        content_id=item.id,
        version=after.version,
        version_hash=event.version_hash,
        variants=item.variants,
        submitted_by=event.actor_id or "",
    )
    return Transition(after, (fact,))


def checked(item: ContentItem, event: events.Checked) -> Transition:
    """A blocking finding sends it back to draft."""
    blocked = any(f.blocks for f in event.findings)
    after = moved(item, event, S.DRAFT if blocked else S.ROUTED, findings=event.findings)
    fact = ContentChecked(
        content_id=item.id,
        version_hash=item.version_hash or "",
        findings=event.findings,
        is_blocked=blocked,
    )
    return Transition(after, (fact,))


def described(item: ContentItem, event: events.Described) -> Transition:
    """Tags, notes and language at any time; what decides the route only while nobody was asked."""
    decides = (event.topic, event.topic_risk, event.valid_until)
    if decides != (item.topic, item.topic_risk, item.valid_until) and item.state not in STILL_OPEN:
        raise Refusal(
            RefusalCode.WRONG_STATE,
            "Topic, risk and validity decide who reviews it: edit the item to change them.",
            data={"state": item.state.value},
        )
    after = msgspec.structs.replace(
        item,
        topic=event.topic,
        topic_risk=event.topic_risk,
        tags=event.tags,
        notes=event.notes,
        language=event.language,
        valid_until=event.valid_until,
        updated_at=event.at,
    )
    fact = ContentDescribed(
        content_id=item.id,
        topic=after.topic,
        topic_risk=after.topic_risk,
        tags=after.tags,
        language=after.language,
        valid_until=after.valid_until,
    )
    return Transition(after, (fact,))


def abandon(item: ContentItem, event: events.Abandon) -> Transition:
    """Archived, with the reason."""
    need_reason(event.reason, "Say why the item is given up.")
    return to(item, event, S.ARCHIVED, reason=event.reason)
