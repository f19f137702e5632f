"""Set and lift legal holds."""

from __future__ import annotations

import msgspec

from chassis.ports import Work
from contracts.commands import Done
from contracts.refusals import Refusal, RefusalCode
from contracts.workflow.holds import (
    LegalHoldLifted,
    LegalHoldSet,
    LiftLegalHold,
    SetLegalHold,
)
from services.workflow.application.content.items import person_of
from services.workflow.domain import wording
from services.workflow.domain.content.item import ContentItem
from services.workflow.domain.corrections.correction import LegalHold


def set_legal_hold(command: SetLegalHold, work: Work) -> Done:
    """Every matter is a hold of its own; AlreadyExists if this one is open."""
    item = work.get(ContentItem, command.content_id)
    # Writing the item back makes a takedown that is approved at the same time conflict with this.
    work.save(item)
    matter = wording.line(command.matter, "matter")
    _refuse_open(item, matter, work)
    hold = LegalHold(
        id=work.ids.new(),
        org_id=work.org_id,
        content_id=item.id,
        unit_id=item.unit_id,
        matter=matter,
        reason=wording.reason(command.reason),
        set_by=person_of(work),
        set_at=work.now,
    )
    fact = LegalHoldSet(
        hold_id=hold.id,
        content_id=item.id,
        unit_id=item.unit_id,
        matter=hold.matter,
        set_by=hold.set_by,
        reason=hold.reason,
    )
    return _answer(work.add(hold, fact))


def _refuse_open(item: ContentItem, matter: str, work: Work) -> None:
    for other in work.find(LegalHold, content_id=item.id, is_lifted=False):
        if other.matter == matter:
            raise Refusal(
                RefusalCode.ALREADY_EXISTS,
                "This matter holds the item already.",
                data={"hold_id": other.id},
            )


def lift_legal_hold(command: LiftLegalHold, work: Work) -> Done:
    """Other matters go on holding."""
    hold = work.get(LegalHold, command.hold_id)
    if hold.is_lifted:
        raise Refusal(RefusalCode.WRONG_STATE, "The hold was lifted.", data={"state": "lifted"})
    lifted = msgspec.structs.replace(
        hold,
        is_lifted=True,
        lifted_by=person_of(work),
        lifted_at=work.now,
        lift_reason=wording.reason(command.reason),
    )
    fact = LegalHoldLifted(
        hold_id=hold.id,
        content_id=hold.content_id,
        lifted_by=lifted.lifted_by or "",
        reason=lifted.lift_reason,
    )
    return _answer(work.save(lifted, fact, reason=lifted.lift_reason))


def _answer(hold: LegalHold) -> Done:
    return Done(id=hold.id, rev=hold.rev, state="lifted" if hold.is_lifted else "open")
