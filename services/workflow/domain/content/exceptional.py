"""Steps out of the ordinary: held and resumed, past review in an emergency, reviewed afterwards."""

from __future__ import annotations

from typing import Final

from contracts.refusals import Refusal, RefusalCode
from contracts.workflow.content import ApprovalKind, ContentState, DebtState
from contracts.workflow.review import DebtSettled, GlassBroken
from services.workflow.domain.content import events
from services.workflow.domain.content.item import ContentItem, Emergency, hash_of
from services.workflow.domain.content.step import (
    NO_APPROVAL,
    Transition,
    debt_opened,
    kept_time,
    moved,
    need_reason,
    said,
    to,
)

S = ContentState
SEVERITIES: Final = (1, 2, 3)
NOTHING_OUT: Final = (S.APPROVED, S.SCHEDULED)


def held(item: ContentItem, event: events.Held) -> Transition:
    """On hold; it remembers where it was."""
    need_reason(event.reason, "Say why the item is held.")
    return to(item, event, S.ON_HOLD, reason=event.reason, held_from=item.state)


def resumed(item: ContentItem, event: events.Resumed) -> Transition:
    """Back to where it was; blocked words go back to draft, a time that passed is a proposal again."""
    back = item.held_from or S.DRAFT
    if any(finding.blocks for finding in event.findings):
        return to(
            item,
            event,
            S.DRAFT,
            reason="The checks block it.",
            held_from=None,
            findings=event.findings,
            round_id=None,
            proposed=kept_time(item),
            **NO_APPROVAL,
        )
    if back is S.SCHEDULED and not event.keeps_time:
        return to(item, event, S.APPROVED, held_from=None, due_at=None, proposed=kept_time(item))
    return to(item, event, back, held_from=None, findings=event.findings)


def _refuse_writer(item: ContentItem, person_id: str | None) -> None:
    if person_id is None or item.is_written_by(person_id):
        raise Refusal(RefusalCode.OWN_WORDS, "Nobody approves their own words.")


def glass_touched(item: ContentItem, event: events.GlassTouched) -> Transition:
    """The first of two has spoken; the item stays where it is."""
    need_reason(event.reason, "Say what the emergency is.")
    _refuse_writer(item, event.actor_id)
    asked = Emergency(
        version_hash=event.version_hash,
        person_ids=(event.actor_id or "",),
        reason=event.reason,
        at=event.at,
    )
    after = moved(item, event, item.state, emergency=asked)
    return Transition(after, (_broken(after, asked, is_complete=False),))


def glass_broken(item: ContentItem, event: events.GlassBroken) -> Transition:
    """Approved past review, by people who did not write it; the review is owed from now on."""
    need_reason(event.reason, "Say what the emergency is.")
    for person_id in event.person_ids or (None,):
        _refuse_writer(item, person_id)
    if item.version_hash != hash_of(item.variants):
        raise Refusal(RefusalCode.HASH_MISMATCH, "The words were not frozen as they are.")
    asked = Emergency(
        version_hash=item.version_hash,
        person_ids=event.person_ids,
        reason=event.reason,
        at=event.at,
    )
    after = moved(
        item,
        event,
        S.APPROVED,
        approval=ApprovalKind.EMERGENCY,
        emergency=asked,
        round_id=None,
        debt=DebtState.OPEN,
        debt_due_at=event.debt_due_at,
        explanation="Approved past review by the crisis cell.",
    )
    fact = said(after, event, item.state, reason=event.reason)
    return Transition(after, (_broken(after, asked, is_complete=True), fact, *debt_opened(after)))


def _broken(item: ContentItem, asked: Emergency, *, is_complete: bool) -> GlassBroken:
    return GlassBroken(
        content_id=item.id,
        version_hash=asked.version_hash,
        person_ids=asked.person_ids,
        is_complete=is_complete,
        reason=asked.reason,
    )


def debt_settled(item: ContentItem, event: events.DebtSettled) -> Transition:
    """Cleared, or an incident; by somebody who neither wrote it nor let it pass.

    An incident that is found before anything is out takes the approval back.
    """
    if item.debt is not DebtState.OPEN:
        raise Refusal(RefusalCode.WRONG_STATE, "This item owes no review.")
    _refuse_writer(item, event.actor_id)
    if item.emergency and event.actor_id in item.emergency.person_ids:
        raise Refusal(
            RefusalCode.NOT_A_REVIEWER, "Who approved past review does not review it afterwards."
        )
    _refuse_vague_incident(event)
    after = moved(item, event, item.state, debt=event.state)
    if event.state is DebtState.INCIDENT and item.state in NOTHING_OUT:
        back = to(
            after, event, S.DRAFT, reason=event.reason, proposed=kept_time(item), **NO_APPROVAL
        )
        return Transition(back.item, (_settled(item, event), *back.facts))
    return Transition(after, (_settled(item, event),))


def _settled(item: ContentItem, event: events.DebtSettled) -> DebtSettled:
    return DebtSettled(
        content_id=item.id,
        version_hash=item.version_hash or "",
        state=event.state,
        reviewer_id=event.actor_id,
        severity=event.severity,
        reason=event.reason,
        unit_id=item.unit_id,
        channel_ids=item.channel_ids,
    )


def _refuse_vague_incident(event: events.DebtSettled) -> None:
    if event.state is not DebtState.INCIDENT:
        return
    need_reason(event.reason, "Say what was wrong.")
    if event.severity not in SEVERITIES:
        raise Refusal(
            RefusalCode.INVALID_ARGUMENT,
            "An incident has a severity: 1 is the worst, 3 the least.",
            field=("severity",),
        )
