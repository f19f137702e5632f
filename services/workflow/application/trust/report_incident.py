"""Say that something that went out was wrong."""

from __future__ import annotations

from chassis.ports import Work
from contracts.commands import Done
from contracts.permissions import Permission
from contracts.refusals import Refusal, RefusalCode
from contracts.workflow.deliveries import DeliveryState
from contracts.workflow.trust import ReportIncident
from services.workflow.application.governance.rights import require
from services.workflow.application.governance.target import Target
from services.workflow.application.trust.ledger import incident_of, note_incident
from services.workflow.application.trust.routing import target_of_item
from services.workflow.domain import wording
from services.workflow.domain.content.item import ContentItem
from services.workflow.domain.deliveries.delivery import Delivery
from services.workflow.domain.trust.weights import INCIDENT


def target_of(command: ReportIncident, work: Work) -> Target:
    """The item's."""
    return target_of_item(work.get(ContentItem, command.content_id))


def report_incident(command: ReportIncident, work: Work) -> Done:
    """Refuses WrongState unless it went out there; Forbidden to readers who neither wrote nor review.

    One version on one channel is one incident: the gravest report counts.
    """
    wording.reason(command.reason)
    item = work.get(ContentItem, command.content_id)
    person_id = work.actor.person_id
    if person_id is None or not item.is_written_by(person_id):
        require(work, Permission.CONTENT_REVIEW, target_of_item(item))
    _refuse_unknown_severity(command.severity)
    _refuse_unpublished(command, work)
    note_incident(
        item,
        command.channel_id,
        severity=command.severity,
        self_reported=person_id == item.author_id,
        source_id=incident_of(item, work),
        work=work,
    )
    return Done(id=item.id, rev=item.rev, state=item.state.value)


def _refuse_unknown_severity(severity: int) -> None:
    if severity not in INCIDENT:
        raise wording.invalid("A severity is 1 (grave), 2 or 3 (slight).", "severity")


def _refuse_unpublished(command: ReportIncident, work: Work) -> None:
    out = work.first(
        Delivery,
        content_id=command.content_id,
        channel_id=command.channel_id,
        state=DeliveryState.CONFIRMED,
    )
    if out is None:
        raise Refusal(
            RefusalCode.WRONG_STATE,
            "Nothing of this item went out on that channel.",
            field=("channelId",),
        )
