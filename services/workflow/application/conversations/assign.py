"""Make a person or another unit responsible."""

from __future__ import annotations

from chassis.ports import Work
from contracts.commands import Done
from contracts.refusals import Refusal, RefusalCode
from contracts.workflow.conversations import AssignConversation
from services.workflow.application.conversations.moving import answer, current, move
from services.workflow.domain.conversations import events
from services.workflow.domain.organizations.entities import Unit
from services.workflow.domain.people.entities import Person
from services.workflow.domain.people.membership import check_active


def assign_conversation(command: AssignConversation, work: Work) -> Done:
    """Refuses InvalidArgument without a person or unit, NotFound, PersonInactive, WrongState."""
    if command.person_id is None and command.unit_id is None:
        raise Refusal(RefusalCode.INVALID_ARGUMENT, "Name a person or a unit.", field=("personId",))
    thread = current(command.conversation_id, work)
    if command.person_id is not None:
        check_active(work.get(Person, command.person_id), "personId")
    if command.unit_id is not None:
        work.get(Unit, command.unit_id)
    event = events.Assign(
        at=work.now, person_id=command.person_id, unit_id=command.unit_id or thread.unit_id
    )
    return answer(move(thread, event, work))
