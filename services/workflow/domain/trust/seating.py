"""People for stages: who may vote, who holds the seats, and whether there are enough of them.

One human has one vote in a round, so a route that needs the same person twice is refused at once,
instead of standing still later.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import msgspec

from contracts.permissions import Role
from contracts.refusals import Refusal, RefusalCode
from contracts.workflow.content import RequiredSeat, StagePlan
from contracts.workflow.content_states import StageMode
from contracts.workflow.trust import RouteStage

Slots = list[frozenset[str]]
"""For each approval that is needed: who could give it."""


class People(msgspec.Struct, frozen=True, kw_only=True):
    """Who may read an item; its writers are in none of the sets.

    ``by_seat`` may name people without the right to review: they do not count. ``managers`` take
    what would stay empty: the admins of the unit or above it.
    """

    reviewers: frozenset[str]
    by_role: Mapping[Role, frozenset[str]] = msgspec.field(default_factory=dict)
    by_seat: Mapping[str, frozenset[str]] = msgspec.field(default_factory=dict)
    managers: frozenset[str] = frozenset()

    def holding(self, seat: str) -> frozenset[str]:
        """Who may read as this; the managers if nobody else may."""
        return self.by_seat.get(seat, frozenset()) & self.reviewers or self.managers

    def reading(self, stage: RouteStage) -> frozenset[str]:
        """Who may vote in a stage."""
        seated = frozenset[str]().union(*(self.holding(seat) for seat in stage.seats))
        if seated and stage.mode is StageMode.ANY and stage.role is None:
            return seated
        found = self.reviewers
        if stage.role is not None:
            found &= self.by_role.get(stage.role, frozenset())
        return (found | seated) or self.managers


def seated(stages: Sequence[RouteStage], people: People, at: datetime) -> tuple[StagePlan, ...]:
    """The stages with their people; NoReviewer if they cannot all be filled by different people.

    Each stage is due as if those before it took all of their time.
    """
    plans = _planned(stages, people, at)
    if not can_be_filled(plans):
        plans = tuple(_widened(plan, people.managers) for plan in plans)
    if not can_be_filled(plans):
        raise _too_few(plans)
    return plans


def _planned(stages: Sequence[RouteStage], people: People, at: datetime) -> tuple[StagePlan, ...]:
    found: list[StagePlan] = []
    due_at = at
    for order, stage in enumerate(stages, start=1):
        due_at += timedelta(hours=stage.due_hours)
        plan = _plan(stage, people)
        found.append(msgspec.structs.replace(plan, order=order, due_at=due_at))
    return tuple(found)


def _plan(stage: RouteStage, people: People) -> StagePlan:
    reading = people.reading(stage)
    seats = (
        RequiredSeat(name=seat, reviewer_ids=tuple(sorted(people.holding(seat))))
        for seat in stage.seats
    )
    return StagePlan(
        order=1,
        name=stage.name,
        mode=stage.mode,
        quorum=stage.quorum,
        reviewer_ids=tuple(sorted(reading)),
        required=tuple(seats),
        escalation_ids=tuple(sorted(people.managers - reading)),
    )


def _widened(plan: StagePlan, managers: frozenset[str]) -> StagePlan:
    if plan.mode is StageMode.ALL:
        return plan
    return msgspec.structs.replace(
        plan,
        reviewer_ids=tuple(sorted(managers.union(plan.reviewer_ids))),
        escalation_ids=(),
    )


def can_be_filled(plans: Sequence[StagePlan]) -> bool:
    """Whether different people can give every approval that the stages need."""
    slots = [slot for plan in plans for slot in _slots(plan)]
    taken: dict[str, int] = {}

    def place(slot: int, seen: set[str]) -> bool:
        """Find somebody, moving others aside where they have another choice (Kuhn 1955)."""
        for person in sorted(slots[slot] - seen):
            seen.add(person)
            if person not in taken or place(taken[person], seen):
                taken[person] = slot
                return True
        return False

    return all(place(number, set()) for number in range(len(slots)))


def _slots(plan: StagePlan) -> Slots:
    seats = [frozenset(seat.reviewer_ids) for seat in plan.required]
    everybody = frozenset(plan.reviewer_ids)
    match plan.mode:
        case StageMode.ALL:
            empty = [seat for seat in seats if not seat]
            return [*(frozenset({person}) for person in plan.reviewer_ids), *empty] or [everybody]
        case StageMode.QUORUM:
            return [*seats, *[everybody] * (plan.quorum - len(seats))]
        case StageMode.ANY:
            return seats or [everybody]


def _too_few(plans: Sequence[StagePlan]) -> Refusal:
    slots = [slot for plan in plans for slot in _slots(plan)]
    found = frozenset[str]().union(*slots)
    empty = sorted({seat.name for plan in plans for seat in plan.required if not seat.reviewer_ids})
    whom = f" Nobody holds the seat of {', '.join(empty)}." if empty else ""
    return Refusal(
        RefusalCode.NO_REVIEWER,
        f"This needs {len(slots)} approvals by different people who did not write it;"
        f" {len(found)} people may give them.{whom}",
        data={"needed": len(slots), "found": len(found), "empty_seats": empty},
    )
