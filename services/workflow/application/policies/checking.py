"""Judge an item by every clause in force: the one door that submitting and sending go through."""

from __future__ import annotations

import msgspec

from chassis.ports import Work
from contracts.workflow.content import Finding
from services.workflow.domain.channels.entities import Channel
from services.workflow.domain.checks import Evidence, judge_all
from services.workflow.domain.content.item import ContentItem


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """What the clauses say, and which evidence has to be fetched before they can say more."""

    findings: tuple[Finding, ...] = ()
    pending: tuple[str, ...] = ()

    @property
    def blocking(self) -> tuple[Finding, ...]:
        """The findings that stop the item."""
        return tuple(finding for finding in self.findings if finding.blocks)


def judged(item: ContentItem, work: Work) -> Judged:
    """The findings on the item's present words."""
    return Judged(findings=judge_all(item, evidence_for(item, work)))


def evidence_for(item: ContentItem, work: Work) -> Evidence:
    """What the checks on the shelf want to know."""
    channels = (work.get(Channel, channel_id) for channel_id in item.channel_ids)
    return {"text_limits": {channel.id: channel.text_limit for channel in channels}}
