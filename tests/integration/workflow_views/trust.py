"""Trust in the story: a route, a seat, a crisis that passes, and an incident of what went out."""

from __future__ import annotations

from chassis.mongo.factory import WorkFactory
from chassis.ports import Actor, Work
from contracts.workflow.content_states import StageMode, TopicRisk
from contracts.workflow.trust import (
    AssignSeat,
    ReportIncident,
    RouteRule,
    RouteStage,
    SetCrisisLevel,
    SetReviewRoutes,
)
from services.workflow.application.trust.report_incident import report_incident
from services.workflow.application.trust.sampling import is_drawn
from services.workflow.domain.content.item import ContentItem
from services.workflow.domain.deliveries.delivery import Delivery
from tests.unit.workflow_organizations.office import AnyOffice


def trust(office: AnyOffice, factory: WorkFactory, reader: Actor, *, unit_id: str) -> None:
    """Everything that the views of trust show; something has been delivered before."""
    facts = RouteStage(name="Facts", mode=StageMode.QUORUM, quorum=2)
    rule = RouteRule(
        name="Health",
        stages=(facts, RouteStage(name="Law", seats=("legal",))),
        risks=(TopicRisk.R3,),
        topics=("health",),
        unit_ids=(unit_id,),
    )
    rest = RouteRule(name="Rest", stages=(RouteStage(name="Look"),))
    office.give(SetReviewRoutes(rules=(rule, rest)))
    office.give(SetCrisisLevel(level=1, reason="A flood."))
    office.give(AssignSeat(name="legal", person_id=str(reader.person_id), unit_id=unit_id))
    factory.run(office.admin, office.org_id, lambda work: _report(office, work))


def _report(office: AnyOffice, work: Work) -> None:
    delivery = work.find(Delivery, state="confirmed")[0]
    is_drawn(work.get(ContentItem, delivery.content_id), work)
    order = ReportIncident(
        content_id=delivery.content_id,
        channel_id=delivery.channel_id,
        severity=3,
        reason="A wrong date.",
    )
    report_incident(order, work)
