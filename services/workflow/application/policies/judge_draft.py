"""The composer's question: what would the clauses say of these words, which nobody saved?"""

from __future__ import annotations

from chassis.ports import Work
from contracts.workflow.content import ContentState
from contracts.workflow.policies import DraftJudged, JudgeDraft
from services.workflow.application.content.items import (
    person_of,
    refuse_bad_variants,
    refuse_foreign_channels,
)
from services.workflow.application.policies.checking import judged
from services.workflow.domain.checks.words import address, links
from services.workflow.domain.content.item import ContentItem
from services.workflow.domain.organizations.entities import Unit


def judge_draft(command: JudgeDraft, work: Work) -> DraftJudged:
    """Pending addresses do not stop the typing: they are told apart from findings."""
    refuse_bad_variants(command.variants, work)
    refuse_foreign_channels(command.variants, work)
    work.get(Unit, command.unit_id)
    found = judged(_unsaved(command, work), work, unfinished=_unfinished(command))
    blocked = any(finding.blocks for finding in found.said)
    return DraftJudged(
        id=command.content_id or "", findings=found.said, pending=found.pending, is_blocked=blocked
    )


def _unsaved(command: JudgeDraft, work: Work) -> ContentItem:
    """The words as an item; with the id of the one that is edited, its waivers and authors count."""
    known = work.get(ContentItem, command.content_id) if command.content_id else None
    writer = person_of(work)
    return ContentItem(
        id=known.id if known else work.ids.new(),
        org_id=work.org_id,
        kind=command.kind,
        state=ContentState.DRAFT,
        author_id=known.author_id if known else writer,
        co_author_ids=(*known.co_author_ids, writer) if known else (),
        unit_id=command.unit_id,
        channel_ids=tuple(variant.channel_id for variant in command.variants),
        topic_risk=command.topic_risk,
        variants=command.variants,
        machine_written=command.machine_written,
        topic=command.topic,
        tags=command.tags,
        created_at=work.now,
        updated_at=work.now,
    )


def _unfinished(command: JudgeDraft) -> set[str]:
    """An address at the very end of a text is still being typed: half of it is nobody's page."""
    found = set()
    for variant in command.variants:
        spans = links(variant.text)
        if spans and spans[-1].end == len(variant.text):
            found.add(address(spans[-1].text))
    return found
