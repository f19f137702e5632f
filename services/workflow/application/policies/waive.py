"""Ask for an exception from a clause, and decide about it: never one's own."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import msgspec

from chassis.ports import Work
from contracts.commands import Done
from contracts.refusals import Refusal, RefusalCode
from contracts.workflow.content import ContentState, Finding
from contracts.workflow.policies import (
    AskWaiver,
    GrantWaiver,
    RefuseWaiver,
    WaiverAsked,
    WaiverDecided,
    WaiverState,
)
from services.workflow.application.content.items import person_of
from services.workflow.application.policies.checking import judged
from services.workflow.application.policies.rechecking import ITEM_TIMER, WAIVER_TIMER
from services.workflow.domain import wording
from services.workflow.domain.content.item import ContentItem
from services.workflow.domain.policies.entities import Waiver
from services.workflow.domain.policies.judging import HOUSE, mark_of

LONGEST: Final = timedelta(days=366)
GONE: Final = (ContentState.PUBLISHED, ContentState.ARCHIVED)


def ask_waiver(command: AskWaiver, work: Work) -> Done:
    """Covers what the clause finds in the words of now; refused if it finds nothing to excuse."""
    item = work.get(ContentItem, command.content_id)
    if item.state in GONE:
        raise Refusal(RefusalCode.WRONG_STATE, f"The item is {item.state.value}.")
    if command.clause_id.startswith(HOUSE):
        raise Refusal(RefusalCode.INVALID_ARGUMENT, "This cannot be waived.", field=("clauseId",))
    found = [f for f in judged(item, work).said if f.clause_id == command.clause_id]
    if not found:
        raise Refusal(
            RefusalCode.WRONG_STATE, "This clause finds nothing here.", field=("clauseId",)
        )
    waiver = _asked(item, found, command, work=work)
    fact = WaiverAsked(
        waiver_id=waiver.id,
        content_id=item.id,
        clause_id=waiver.clause_id,
        asked_by=waiver.asked_by,
        reason=waiver.reason,
    )
    return _done(work.add(waiver, fact))


def _asked(item: ContentItem, found: list[Finding], command: AskWaiver, *, work: Work) -> Waiver:
    return Waiver(
        id=work.ids.new(),
        org_id=work.org_id,
        content_id=item.id,
        unit_id=item.unit_id,
        policy_id=found[0].policy_id or "",
        clause_id=command.clause_id,
        clause_number=found[0].clause_number,
        covers=tuple(dict.fromkeys(mark_of(finding) for finding in found)),
        state=WaiverState.ASKED,
        asked_by=person_of(work),
        reason=wording.reason(command.reason),
        asked_at=work.now,
    )


def grant_waiver(command: GrantWaiver, work: Work) -> Done:
    """Refuses OwnWords to author, co-authors and whoever asked; InvalidTime past a year."""
    waiver = work.get(Waiver, command.waiver_id)
    if waiver.state is not WaiverState.ASKED:
        raise _wrong_state(waiver)
    _refuse_own(waiver, work)
    if not work.now < command.expires_at <= work.now + LONGEST:
        raise Refusal(
            RefusalCode.INVALID_TIME,
            "A waiver ends after now and within a year.",
            field=("expiresAt",),
        )
    reason = " ".join(command.reason.split())[: wording.REASON_LIMIT]
    granted = msgspec.structs.replace(
        _decided(waiver, WaiverState.GRANTED, reason, work=work), expires_at=command.expires_at
    )
    work.start_timer(WAIVER_TIMER, waiver.id, command.expires_at)
    return _done(_store(granted, work))


def refuse_waiver(command: RefuseWaiver, work: Work) -> Done:
    """Refused, or ended early if it was granted: then the item is looked at again."""
    waiver = work.get(Waiver, command.waiver_id)
    reason = wording.reason(command.reason)
    if waiver.state is WaiverState.GRANTED:
        work.start_timer(ITEM_TIMER, waiver.content_id, work.now)
        return _done(_store(_decided(waiver, WaiverState.ENDED, reason, work=work), work))
    if waiver.state is not WaiverState.ASKED:
        raise _wrong_state(waiver)
    return _done(_store(_decided(waiver, WaiverState.REFUSED, reason, work=work), work))


def _refuse_own(waiver: Waiver, work: Work) -> None:
    person = person_of(work)
    item = work.get(ContentItem, waiver.content_id)
    # Writing the item back makes an edit that runs at the same time conflict with this write: the
    # approver must not become a co-author between the look and the grant.
    work.save(item)
    if item.is_written_by(person) or waiver.asked_by == person:
        raise Refusal(RefusalCode.OWN_WORDS, "Nobody grants an exception for their own words.")


def _decided(waiver: Waiver, state: WaiverState, reason: str, *, work: Work) -> Waiver:
    return msgspec.structs.replace(
        waiver, state=state, approver_id=person_of(work), decision=reason, decided_at=work.now
    )


def _store(waiver: Waiver, work: Work) -> Waiver:
    fact = WaiverDecided(
        waiver_id=waiver.id,
        content_id=waiver.content_id,
        clause_id=waiver.clause_id,
        state=waiver.state,
        approver_id=waiver.approver_id or "",
        reason=waiver.decision,
        expires_at=waiver.expires_at,
    )
    return work.save(waiver, fact, reason=waiver.decision)


def _wrong_state(waiver: Waiver) -> Refusal:
    return Refusal(
        RefusalCode.WRONG_STATE,
        f"The waiver is {waiver.state.value}.",
        data={"state": waiver.state.value},
    )


def _done(waiver: Waiver) -> Done:
    return Done(id=waiver.id, rev=waiver.rev, state=waiver.state.value)
