"""Storing a correction: every state of it is a link of the organization's chain."""

from __future__ import annotations

from chassis.ports import Work
from contracts.commands import Done
from contracts.facts import Fact
from services.workflow.application.organizations.turn import take_turn
from services.workflow.domain.corrections import chain
from services.workflow.domain.corrections.chain import ChainHead, CorrectionEntry
from services.workflow.domain.corrections.correction import Correction
from services.workflow.domain.transition import Transition


def begun(correction: Correction, fact: Fact, work: Work) -> Correction:
    """Store a new correction, and link it."""
    return _linked(work.add(correction, fact), work)


def written(step: Transition[Correction], work: Work, *, reason: str = "") -> Correction:
    """Store a correction's step, and link it."""
    return _linked(work.save(step.entity, *step.facts, reason=reason), work)


def head_of(work: Work) -> ChainHead:
    """The end of the chain; the first link takes a turn, so that no two begin it."""
    head = work.first(ChainHead, id=_head_id(work))
    if head is None:
        take_turn(work, "the first correction")
        head = work.add(ChainHead(id=_head_id(work), org_id=work.org_id))
    return head


def _head_id(work: Work) -> str:
    return work.ids.derived("correction chain", work.org_id)


def _linked(correction: Correction, work: Work) -> Correction:
    head = head_of(work)
    ident = work.ids.derived("correction entry", work.org_id, str(head.n + 1))
    entry: CorrectionEntry = work.add(chain.link(head, correction, ident=ident, at=work.now))
    numbered = max(head.numbered, correction.number or 0)
    work.save(chain.after(head, entry, numbered=numbered))
    return correction


def answer(correction: Correction) -> Done:
    """What every order on a correction answers."""
    return Done(id=correction.id, rev=correction.rev, state=correction.state.value)
