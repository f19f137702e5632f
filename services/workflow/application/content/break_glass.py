"""Approve past review in an emergency: two people of the crisis cell, or one who owes a review."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from chassis.ports import Work
from contracts.refusals import Refusal, RefusalCode
from contracts.workflow.content import ApprovalKind, ContentState, DebtState, DraftAnswer
from contracts.workflow.review import BreakGlass
from services.workflow.application.content.approved import approved
from services.workflow.application.content.items import answer, person_of, store
from services.workflow.application.content.review import supersede
from services.workflow.application.content.schedule import DEBT_TIMER
from services.workflow.application.content.submit import frozen_and_checked
from services.workflow.application.organizations.turn import take_turn
from services.workflow.domain.content import events
from services.workflow.domain.content.item import ContentItem, Emergency, hash_of
from services.workflow.domain.content.machine import transition
from services.workflow.domain.content.step import DEBT_DUE

SECOND_WITHIN: Final = timedelta(hours=2)
"""How long the first of two waits for the second; then it is asked anew."""
DEBT_DUE_OF_TWO: Final = timedelta(hours=72)
"""How long what two people let pass may wait for its review."""


def break_glass(command: BreakGlass, work: Work) -> DraftAnswer:
    """Refuses DebtOpen while an earlier one was not reviewed, OwnWords, AlreadyVoted.

    The clauses run all the same: what they block comes back with the findings.
    """
    item = work.get(ContentItem, command.content_id)
    person = person_of(work)
    _refuse_open_debt(work)
    first = _first_of_two(item, work)
    if command.alone:
        return answer(_broken(item, (person,), command, work=work))
    if first is None:
        event = events.GlassTouched(
            at=work.now,
            actor_id=person,
            version_hash=hash_of(item.variants),
            reason=command.reason,
        )
        return answer(store(transition(item, event), work, reason=command.reason))
    if person in first.person_ids:
        raise Refusal(RefusalCode.ALREADY_VOTED, "The second person has to be somebody else.")
    return answer(_broken(item, (*first.person_ids, person), command, work=work))


def _refuse_open_debt(work: Work) -> None:
    take_turn(work, "the glass is broken")
    owed = work.first(ContentItem, debt=DebtState.OPEN, approval=ApprovalKind.EMERGENCY)
    if owed is not None:
        raise Refusal(
            RefusalCode.DEBT_OPEN,
            "An earlier emergency was not reviewed yet.",
            data={"content_id": owed.id},
        )


def _first_of_two(item: ContentItem, work: Work) -> Emergency | None:
    asked = item.emergency
    if asked is None or asked.version_hash != hash_of(item.variants):
        return None
    return asked if work.now - asked.at <= SECOND_WITHIN else None


def _broken(
    item: ContentItem, people: tuple[str, ...], command: BreakGlass, *, work: Work
) -> ContentItem:
    told = supersede(item, work)
    if item.state is ContentState.DRAFT:
        item = frozen_and_checked(item, person_of(work), work)
        if item.state is ContentState.DRAFT:
            return item
    due = DEBT_DUE if len(people) == 1 else DEBT_DUE_OF_TWO
    event = events.GlassBroken(
        at=work.now,
        actor_id=person_of(work),
        person_ids=people,
        reason=command.reason,
        debt_due_at=work.now + due,
    )
    stored = store(transition(item, event), work, first=told, reason=command.reason)
    work.start_timer(DEBT_TIMER, stored.id, work.now + due)
    return approved(stored, work)
