"""Judge an item by every clause in force: the one door that submitting and sending go through."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from chassis.ports import Work
from contracts.workflow.content import Finding
from contracts.workflow.policies import WaiverState
from services.workflow.application.governance.rights import lineage
from services.workflow.application.policies.evidence import gather
from services.workflow.domain.content.item import ContentItem
from services.workflow.domain.policies.entities import PolicyVersion, Waiver
from services.workflow.domain.policies.judging import (
    PENDING,
    judge,
    needs_of,
    pending_finding,
    running,
)


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """What the clauses say. ``pending`` names addresses that have to be looked at before they can say

    more; each is a blocking finding too, so that nobody submits past it.
    """

    findings: tuple[Finding, ...] = ()
    pending: tuple[str, ...] = ()

    @property
    def blocking(self) -> tuple[Finding, ...]:
        """The findings that stop the item."""
        return tuple(finding for finding in self.findings if finding.blocks)

    @property
    def said(self) -> tuple[Finding, ...]:
        """The findings of clauses, without those that only ask to wait."""
        return tuple(finding for finding in self.findings if finding.check != PENDING)


def judged(
    item: ContentItem, work: Work, *, is_sending: bool = False, unfinished: Iterable[str] = ()
) -> Judged:
    """The findings on the item's present words.

    While sending, what was seen before counts however old it is: nothing is asked for and nothing is
    pending. ``unfinished`` addresses are still being typed: pending, but not asked for.
    """
    versions = work.find(PolicyVersion, is_over=False)
    clauses = running(versions, item, lineage(work, item.unit_id), at=work.now)
    needs = needs_of(item, clauses)
    asks = frozenset() if is_sending else needs.links - frozenset(unfinished)
    gathered = gather(item, needs, work, asks=asks)
    found = judge(item, clauses, gathered.evidence, waivers=_waivers(item, work))
    pending = () if is_sending else gathered.pending
    return Judged(findings=(*found, *map(pending_finding, pending)), pending=pending)


def _waivers(item: ContentItem, work: Work) -> list[Waiver]:
    found = work.find(Waiver, content_id=item.id, state=WaiverState.GRANTED)
    return [waiver for waiver in found if waiver.holds(work.now)]
