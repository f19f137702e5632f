"""Who is next: the decisions of rule 6 as a function of values, without any I/O."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum

import msgspec

from chassis.consumer.reading import Line, Read


class Reason(StrEnum):
    """Why a fact is set aside; a label of the metric."""

    UNREADABLE = "unreadable"
    REFUSED = "refused"
    CRASHED = "crashed"


class Standing(msgspec.Struct, frozen=True):
    """How far a line is: ``sequence`` is applied; ``damaged_at`` (0: none) was set aside."""

    sequence: int = 0
    damaged_at: int = 0


class Letter(msgspec.Struct, frozen=True):
    """A fact that is set aside, with the reason."""

    read: Read
    reason: Reason
    error: str


class Plan(msgspec.Struct):
    """What one transaction does with a batch.

    ``standings`` are those that change; ``damaged`` lines hold their later facts back.
    """

    deliver: list[Read] = []
    park: list[Read] = []
    letters: list[Letter] = []
    unpark: list[str] = []
    standings: dict[Line, Standing] = {}
    damaged: set[Line] = set()
    dropped: int = 0


def lines_of(reads: Sequence[Read]) -> list[Line]:
    """Every line a batch touches, once."""
    return list(dict.fromkeys(item.line for item in reads if item.envelope and not item.is_beat))


def plan_in_line(reads: Sequence[Read], known: Mapping[Line, Standing]) -> Plan:
    """At or below: drop; next: deliver; a gap: park; behind one that was set aside: park."""
    plan = Plan()
    for item in reads:
        if item.envelope is None:
            _set_aside(plan, item, item.problem)
        elif not item.is_beat:
            standing = plan.standings.get(item.line) or known.get(item.line) or Standing()
            _place(plan, item, standing)
    return plan


def plan_alone(reads: Sequence[Read]) -> Plan:
    """For facts that stand in no line: every one is delivered; the effect's key drops repeats."""
    plan = Plan()
    for item in reads:
        if item.problem:
            _set_aside(plan, item, item.problem)
        elif item.fact is not None:
            plan.deliver.append(item)
            _leave_park(plan, item)
    return plan


def plan_letter(item: Read, known: Standing, letter: Letter, *, uses_applied: bool) -> Plan:
    """Set one fact aside that its handler could not take, unless it was applied meanwhile."""
    plan = Plan()
    if uses_applied and item.envelope:
        sequence = item.envelope.sequence
        if known.damaged_at or sequence != known.sequence + 1:
            return plan_in_line([item], {item.line: known})
        plan.standings[item.line] = Standing(known.sequence, sequence)
    plan.letters.append(letter)
    _leave_park(plan, item)
    return plan


def _place(plan: Plan, item: Read, standing: Standing) -> None:
    sequence = item.sequence
    if sequence <= standing.sequence or sequence == standing.damaged_at:
        plan.dropped += 1
        _leave_park(plan, item)
    elif standing.damaged_at or sequence > standing.sequence + 1:
        _park(plan, item, standing)
    elif item.problem:
        plan.standings[item.line] = Standing(standing.sequence, sequence)
        _set_aside(plan, item, item.problem)
    else:
        plan.standings[item.line] = Standing(sequence)
        _leave_park(plan, item)
        if item.fact is not None:
            plan.deliver.append(item)


def _park(plan: Plan, item: Read, standing: Standing) -> None:
    if standing.damaged_at:
        plan.damaged.add(item.line)
    if item.parked_id is None:
        plan.park.append(item)


def _set_aside(plan: Plan, item: Read, error: str) -> None:
    plan.letters.append(Letter(item, Reason.UNREADABLE, error))
    _leave_park(plan, item)


def _leave_park(plan: Plan, item: Read) -> None:
    if item.parked_id is not None:
        plan.unpark.append(item.parked_id)
