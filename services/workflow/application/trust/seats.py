"""Seats: give them, take them back, and who holds them where."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import msgspec

from chassis.ports import Work
from contracts.commands import Done
from contracts.refusals import Refusal, RefusalCode
from contracts.workflow.trust import AssignSeat, EndSeat, SeatAssigned, SeatEnded
from services.workflow.application.governance.target import Target
from services.workflow.domain import wording
from services.workflow.domain.organizations.entities import Unit
from services.workflow.domain.people.entities import Person
from services.workflow.domain.people.membership import check_active
from services.workflow.domain.trust.settings import ReviewSeat, seat_name

ALL_SEATS = 100_000


def holders_by_seat(lineage: Sequence[str], work: Work) -> dict[str, frozenset[str]]:
    """Seat -> the people who hold it now in the unit of this lineage; whether they may review is
    another question.
    """
    found: dict[str, set[str]] = defaultdict(set)
    for seat in work.find(ReviewSeat, is_ended=False, limit=ALL_SEATS):
        if seat.is_held(lineage, work.now):
            found[seat.name].add(seat.person_id)
    return {name: frozenset(people) for name, people in found.items()}


def target_of_new(command: AssignSeat, _work: Work) -> Target:
    """The unit; the organization for a seat everywhere."""
    return Target(unit_id=command.unit_id)


def target_of_seat(command: EndSeat, work: Work) -> Target:
    """Where the seat is."""
    return Target(unit_id=work.get(ReviewSeat, command.seat_id).unit_id)


def assign_seat(command: AssignSeat, work: Work) -> Done:
    """Refuses PersonInactive, an end before the beginning, and AlreadyExists for the same seat."""
    check_active(work.get(Person, command.person_id), "personId")
    if command.unit_id is not None:
        work.get(Unit, command.unit_id)
    if command.starts_at and command.ends_at and command.ends_at <= command.starts_at:
        raise wording.invalid("A seat ends after it begins.", "endsAt")
    seat = ReviewSeat(
        id=work.ids.new(),
        org_id=work.org_id,
        name=seat_name(command.name, "name"),
        person_id=command.person_id,
        unit_id=command.unit_id,
        starts_at=command.starts_at,
        ends_at=command.ends_at,
        is_ended=False,
        created_at=work.now,
    )
    _refuse_second(seat, work)
    stored = work.add(seat, _assigned(seat))
    return Done(id=stored.id, rev=stored.rev, state="held")


def _refuse_second(seat: ReviewSeat, work: Work) -> None:
    same = work.find(ReviewSeat, person_id=seat.person_id, name=seat.name, is_ended=False)
    for other in same:
        is_over = other.ends_at is not None and other.ends_at <= work.now
        if other.unit_id == seat.unit_id and not is_over:
            raise Refusal(
                RefusalCode.ALREADY_EXISTS,
                "This person holds this seat there already.",
                field=("personId",),
                data={"seat_id": other.id},
            )


def _assigned(seat: ReviewSeat) -> SeatAssigned:
    return SeatAssigned(
        seat_id=seat.id,
        name=seat.name,
        person_id=seat.person_id,
        unit_id=seat.unit_id,
        starts_at=seat.starts_at,
        ends_at=seat.ends_at,
    )


def end_seat(command: EndSeat, work: Work) -> Done:
    """Rounds that are open keep the seats they opened with, until they are filled again."""
    seat = work.get(ReviewSeat, command.seat_id)
    if seat.is_ended:
        raise Refusal(RefusalCode.WRONG_STATE, "This seat has ended already.")
    said = SeatEnded(seat_id=seat.id, name=seat.name, person_id=seat.person_id)
    stored = work.save(msgspec.structs.replace(seat, is_ended=True), said)
    return Done(id=stored.id, rev=stored.rev, state="ended")
