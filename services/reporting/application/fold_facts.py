"""Facts as they come: into the log, into the folds, and into the sums of days."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from chassis.ports import BatchHandler, BatchWork, Delivered
from services.reporting.application.ports import FoldsOf
from services.reporting.domain.fold import Line, Spoken, changed
from services.reporting.domain.folding import FOLDED


def folding(folds_of: FoldsOf) -> BatchHandler:
    """The handler of every group of reporting.

    The log takes a fact once and the fold of an aggregate passes over what it has seen, so a second
    run of a batch that was committed changes nothing: the log refuses it (Conflict).
    """

    def handle(delivered: Sequence[Delivered], batch: BatchWork) -> None:
        folds = folds_of(batch)
        folds.log(delivered)
        facts = by_line(delivered)
        if facts:
            folds.save(changed(folds.load(facts.keys()), facts))

    return handle


def by_line(delivered: Sequence[Delivered]) -> dict[Line, list[Spoken]]:
    """The facts that can change a fold, in the order in which they came."""
    found: dict[Line, list[Spoken]] = defaultdict(list)
    for one in delivered:
        if type(one.fact) in FOLDED:
            envelope = one.envelope
            line = Line(envelope.org_id, one.fact.TOPIC, envelope.subject)
            found[line].append(Spoken(envelope.sequence, envelope.time, one.fact))
    return found
