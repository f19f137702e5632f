"""The policies of the story: one with a clause that runs, a waiver, and an entry of the register."""

from __future__ import annotations

from datetime import datetime, timedelta

from chassis.ids import derived
from chassis.ports import Actor
from contracts.workflow.content import DraftContent, Variant
from contracts.workflow.policies import (
    AddRegisterEntry,
    AskWaiver,
    CheckSpec,
    ClauseDraft,
    GrantWaiver,
    Param,
    PublishPolicy,
    ReasonClass,
    Severity,
)
from tests.unit.workflow_organizations.office import AnyOffice


def rule(office: AnyOffice, author: Actor, unit_id: str, *, channel_id: str, now: datetime) -> None:
    """Everything that the views of policies show."""
    clause = ClauseDraft(
        number="1",
        text="Official accounts take no side in elections.",
        citation="5 U.S.C. 7323",
        severity=Severity.BLOCK,
        check=CheckSpec(kind="political_activity", params=(Param(name="more", value="rally"),)),
        owner_id=author.person_id,
        unit_ids=(unit_id,),
    )
    policy = office.give(PublishPolicy(name="House rules", clauses=(clause,)))
    words = (Variant(channel_id=channel_id, text="Vote for dikes, said the minister."),)
    item = office.give(DraftContent(unit_id=unit_id, variants=words), author)
    clause_id = derived("clause", policy.policy_id, "1")
    ask = AskWaiver(content_id=item.content_id, clause_id=clause_id, reason="A quotation.")
    waiver = office.give(ask, author)
    office.give(GrantWaiver(waiver_id=waiver.id, expires_at=now + timedelta(days=7)))
    office.give(
        AddRegisterEntry(
            text="Project Falcon",
            reason="Announced on Friday.",
            reason_class=ReasonClass.EMBARGO,
            cleared_ids=(str(author.person_id),),
        )
    )
