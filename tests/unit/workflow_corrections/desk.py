"""A newsroom whose posts can be wrong, and put right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from chassis.ports import Actor
from contracts.permissions import Role
from contracts.workflow import content
from contracts.workflow import corrections as orders
from contracts.workflow.content import Variant
from contracts.workflow.corrections import CorrectionKind, ErrorClass
from contracts.workflow.deliveries import Outcome
from services.workflow.domain.corrections.chain import ChainHead, CorrectionEntry, Flaw, verify
from services.workflow.domain.corrections.correction import Correction, CorrectionTask
from services.workflow.domain.deliveries.delivery import Delivery
from tests.unit.workflow_content.newsroom import Newsroom

WRONG = "The bridge over the river opens for everybody on Monday at nine."
RIGHT = "The bridge over the river opens for everybody on Tuesday at nine."


@dataclass(kw_only=True)
class Desk(Newsroom):
    """Its channel can be edited; ``mute_channel_id`` cannot."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.change_channel(self.channel_id, can_edit=True, can_delete=True)
        self.mute_channel_id = self.an_active_channel()
        self.kim = self.a_member("kim", (Role.REVIEWER, None))

    def live(self, text: str = WRONG, *channels: str) -> str:
        """The id of a post of ann's that is out on these channels."""
        return self.live_in(self.unit_id, text, *channels)

    def live_in(self, unit_id: str, text: str, *channels: str) -> str:
        """The same, filed under a unit."""
        variants = tuple(Variant(channel_id=c, text=text) for c in channels or (self.channel_id,))
        author = self.ann if unit_id == self.unit_id else self.admin
        drafted = self.give(content.DraftContent(unit_id=unit_id, variants=variants), author)
        content_id = str(drafted.content_id)
        self.give(content.SubmitContent(content_id=content_id), author)
        self.vote(content_id)
        self.give(content.ScheduleContent(content_id=content_id), self.bob)
        for each in self.of_item(content_id):
            self.go(each)
        return content_id

    def of_item(self, content_id: str) -> list[Delivery]:
        """Its publications."""
        found = self.factory.reader(self.org_id).find(Delivery, content_id=content_id)
        return [d for d in found if d.is_publication]

    def go(self, delivery: Delivery, outcome: Outcome = Outcome.CONFIRMED, **more: Any) -> None:
        """One whole try of a delivery."""
        lease = self.lease(delivery)
        assert lease.is_granted, lease.reason
        self.begin(lease)
        given = {"external_id": f"x{delivery.id}", "url": f"https://x.example/{delivery.id}"}
        self.record(lease, outcome, **(given | more if outcome is Outcome.CONFIRMED else more))

    def reported(self, content_id: str, who: Actor | None = None, **more: Any) -> str:
        """The id of a new correction."""
        order = orders.ReportMistake(
            content_id=content_id, what_was_wrong="It opens on Tuesday.", **more
        )
        return str(self.give(order, who or self.cid).id)

    def assessed(self, content_id: str, who: Actor | None = None, severity: int = 2) -> str:
        """The id of a correction that bob assessed."""
        correction_id = self.reported(content_id, who)
        self.give(
            orders.AssessCorrection(
                correction_id=correction_id,
                error_class=ErrorClass.FACTUAL,
                severity=severity,
                reach_estimate=1200,
            ),
            self.bob,
        )
        return correction_id

    def draft(
        self,
        correction_id: str,
        kind: CorrectionKind = CorrectionKind.CORRECTION,
        text: str = RIGHT,
        **more: Any,
    ) -> None:
        """Ann's draft with the same words for every channel."""
        channels = sorted({t.channel_id for t in self.correction(correction_id).targets})
        words = (
            ()
            if kind is CorrectionKind.TAKEDOWN
            else tuple(Variant(channel_id=c, text=text) for c in channels)
        )
        given: dict[str, Any] = {
            "kind": kind,
            "what_was_wrong": "We gave the wrong day.",
            "what_is_right": "It opens on Tuesday.",
            "words": words,
        }
        self.give(orders.DraftCorrection(correction_id=correction_id, **(given | more)), self.ann)

    def approve(self, correction_id: str, who: Actor | None = None, **more: Any) -> Any:
        """Kim's approval of the present draft."""
        given = {"draft_hash": self.correction(correction_id).draft_hash or ""}
        order = orders.ApproveCorrection(correction_id=correction_id, **(given | more))
        return self.give(order, who or self.kim)

    def applying(self, content_id: str, kind: CorrectionKind = CorrectionKind.CORRECTION) -> str:
        """The id of a correction whose changes are due."""
        correction_id = self.assessed(content_id)
        self.draft(correction_id, kind)
        self.approve(correction_id)
        return correction_id

    def correction(self, correction_id: str) -> Correction:
        """As it is stored."""
        return self.factory.reader(self.org_id).get(Correction, correction_id)

    def changes(self, correction_id: str) -> list[Delivery]:
        """The deliveries that carry it out, in the order of its targets."""
        reader = self.factory.reader(self.org_id)
        targets = self.correction(correction_id).targets
        return [reader.get(Delivery, str(t.change_id)) for t in targets]

    def tasks(self) -> list[CorrectionTask]:
        """Every task."""
        return self.factory.reader(self.org_id).find(CorrectionTask)

    def flaws(self) -> list[Flaw]:
        """What the verifier finds."""
        reader = self.factory.reader(self.org_id)
        entries = reader.find(CorrectionEntry, order="n")
        heads = reader.find(ChainHead)
        return verify(entries, heads[0] if heads else None, reader.find(Correction))
