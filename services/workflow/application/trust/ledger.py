"""What publishing and mistakes do to the trust of those who wrote: noted once for each source.

A clean publication counts for the author; an incident counts for everybody who wrote.
"""

from __future__ import annotations

import msgspec

from chassis.ports import Work
from contracts.workflow.content_states import ApprovalKind
from contracts.workflow.trust import LedgerOutcome
from services.workflow.application.trust.standings import show
from services.workflow.domain.content.item import ContentItem
from services.workflow.domain.deliveries.delivery import Delivery
from services.workflow.domain.people.entities import Person
from services.workflow.domain.trust.entry import LedgerEntry, noted
from services.workflow.domain.trust.weights import CLEAN, incident_weight

OWES_REVIEW = frozenset({ApprovalKind.POST_REVIEW, ApprovalKind.EMERGENCY})
READ_BEFORE = frozenset({ApprovalKind.REVIEWED, None})
"""None: items from before approvals had kinds; all of them were read."""


def note_published(delivery: Delivery, item: ContentItem, work: Work) -> None:
    """A delivery of kind publish was confirmed. It counts as clean at once, or, where a review is

    owed, when that review clears it.
    """
    owes = item.approval in OWES_REVIEW
    outcome = LedgerOutcome.PUBLISHED if owes else LedgerOutcome.CLEAN
    _note(_entry(item, delivery.channel_id, outcome, is_publication=True, work=work), work)


def note_clean(item: ContentItem, channel_id: str, work: Work) -> None:
    """The author published cleanly on this channel; once for each version."""
    _note(_entry(item, channel_id, LedgerOutcome.CLEAN, is_publication=False, work=work), work)


def note_incident(  # noqa: PLR0913 - what happened, to what, where
    item: ContentItem,
    channel_id: str,
    *,
    severity: int,
    self_reported: bool,
    source_id: str,
    work: Work,
) -> None:
    """Something that went out was wrong: severity 1 (grave) to 3; halved when its author said so first.

    The same source again changes nothing, unless it turns out graver: then the difference is added.
    """
    for person_id in dict.fromkeys((item.author_id, *item.co_author_ids)):
        entry = LedgerEntry(
            id=work.ids.derived("incident", person_id, channel_id, source_id, str(severity)),
            org_id=work.org_id,
            person_id=person_id,
            channel_id=channel_id,
            unit_id=item.unit_id,
            risk=item.topic_risk,
            outcome=LedgerOutcome.INCIDENT,
            severity=severity,
            weight=incident_weight(severity, is_self_reported=self_reported),
            is_self_reported=self_reported,
            is_publication=False,
            is_author=person_id == item.author_id,
            was_reviewed=item.approval in READ_BEFORE,
            content_id=item.id,
            source_id=source_id,
            happened_at=work.now,
        )
        _note_graver(entry, work)


def _entry(
    item: ContentItem,
    channel_id: str,
    outcome: LedgerOutcome,
    *,
    is_publication: bool,
    work: Work,
) -> LedgerEntry:
    source_id = f"{item.id}/{item.version_hash}"
    return LedgerEntry(
        id=work.ids.derived(outcome.value, item.author_id, channel_id, source_id),
        org_id=work.org_id,
        person_id=item.author_id,
        channel_id=channel_id,
        unit_id=item.unit_id,
        risk=item.topic_risk,
        outcome=outcome,
        severity=0,
        weight=CLEAN if outcome is LedgerOutcome.CLEAN else 0.0,
        is_self_reported=False,
        is_publication=is_publication,
        is_author=True,
        was_reviewed=item.approval in READ_BEFORE,
        content_id=item.id,
        source_id=source_id,
        happened_at=work.now,
    )


def _note_graver(entry: LedgerEntry, work: Work) -> None:
    known = work.find(
        LedgerEntry,
        person_id=entry.person_id,
        channel_id=entry.channel_id,
        outcome=LedgerOutcome.INCIDENT,
        source_id=entry.source_id,
    )
    if not known:
        _note(entry, work)
    elif entry.severity < min(other.severity for other in known):
        _note(entry.adding(entry.weight - sum(other.weight for other in known)), work)


def incident_of(item: ContentItem, work: Work) -> str:
    """The source of whatever is wrong with the version that is out: one version, one incident."""
    return work.ids.derived("debt", item.id, item.version_hash or "")


def _note(entry: LedgerEntry, work: Work) -> None:
    if work.first(LedgerEntry, id=entry.id) is None:
        account_id = work.get(Person, entry.person_id).account_id
        entry = work.add(msgspec.structs.replace(entry, account_id=account_id), noted(entry))
        show(entry, work)
