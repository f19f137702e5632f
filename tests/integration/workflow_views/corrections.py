"""The corrections of the story: one that is under way, with a task, and a legal hold."""

from __future__ import annotations

from typing import Any

from chassis.mongo.work import MongoReader
from chassis.ports import Actor, ActorKind
from contracts.workflow.content import (
    DraftContent,
    ScheduleContent,
    SubmitContent,
    Variant,
    Verdict,
    VoteOnContent,
)
from contracts.workflow.corrections import (
    ApproveCorrection,
    AssessCorrection,
    CorrectionKind,
    DraftCorrection,
    ErrorClass,
    ReportMistake,
)
from contracts.workflow.deliveries import (
    BeginAttempt,
    IdempotencyClass,
    LeaseDelivery,
    Outcome,
    RecordAttempt,
)
from contracts.workflow.holds import SetLegalHold
from services.workflow.domain.content.item import ContentItem
from services.workflow.domain.corrections.correction import Correction
from services.workflow.domain.deliveries.delivery import Delivery
from tests.unit.workflow_organizations.office import AnyOffice

WRONG = "The bridge over the river opens on Monday."


class Mistake:
    """Something that went out wrong, and a unit that linked to it."""

    def __init__(
        self, office: AnyOffice, reader: MongoReader, *, author: Actor, reviewer: Actor
    ) -> None:
        self._office, self.author, self.reviewer = office, author, reviewer
        self._reader = reader
        self.place = ("", "")

    def own_up(self, unit_id: str, other_unit_id: str, channel_id: str) -> None:
        """Everything that the views of corrections show."""
        self.place = (unit_id, channel_id)
        wrong = self.out(*self.place, WRONG)
        self.out(other_unit_id, channel_id, "Read on: https://x/out")
        give = self._office.give
        report = ReportMistake(content_id=wrong, what_was_wrong="It is Tuesday.")
        ident = str(give(report, self.author).id)
        give(
            AssessCorrection(
                correction_id=ident, error_class=ErrorClass.FACTUAL, severity=3, reach_estimate=9
            ),
            self.reviewer,
        )
        words = (Variant(channel_id=channel_id, text="The bridge opens on Tuesday."),)
        draft = DraftCorrection(
            correction_id=ident,
            kind=CorrectionKind.CORRECTION,
            what_was_wrong="The wrong day.",
            what_is_right="It is Tuesday.",
            words=words,
        )
        give(draft, self.author)
        give(SetLegalHold(content_id=wrong, matter="A v. B", reason="Served."))
        hashed = self._reader.get(Correction, ident).draft_hash or ""
        give(ApproveCorrection(correction_id=ident, draft_hash=hashed), self.reviewer)

    def out(self, unit_id: str, channel_id: str, text: str) -> str:
        """The id of a post that is live."""
        give = self._office.give
        words = (Variant(channel_id=channel_id, text=text),)
        ident = str(give(DraftContent(unit_id=unit_id, variants=words), self.author).content_id)
        give(SubmitContent(content_id=ident), self.author)
        hashed = str(self._reader.get(ContentItem, ident).version_hash)
        vote = VoteOnContent(content_id=ident, verdict=Verdict.APPROVE, version_hash=hashed)
        give(vote, self.reviewer)
        give(ScheduleContent(content_id=ident), self.reviewer)
        (delivery,) = self._reader.find(Delivery, content_id=ident)
        self._deliver(delivery)
        return ident

    def _deliver(self, delivery: Delivery) -> None:
        publisher = Actor(kind=ActorKind.SERVICE, account_id="ingest", org_id=self._office.org_id)
        held: dict[str, Any] = {"delivery_id": delivery.id, "lease_owner": "p1"}
        lease = self._office.give(
            LeaseDelivery(**held, lease_seconds=30, idempotency_class=IdempotencyClass.A), publisher
        )
        held["fence"] = lease.fence
        self._office.give(BeginAttempt(**held, request_digest="d"), publisher)
        confirmed = RecordAttempt(
            **held, outcome=Outcome.CONFIRMED, external_id="out", url="https://x/out"
        )
        self._office.give(confirmed, publisher)
