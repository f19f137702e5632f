"""A newsroom with a policy desk: one admin who publishes policies, and helpers to ask about them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from contracts.refusals import Refusal, RefusalCode
from contracts.workflow import policies as orders
from contracts.workflow.content import SubmitContent, Variant
from services.workflow.domain.policies.entities import LinkSeen, Waiver
from tests.unit.workflow_content.newsroom import PUBLISHER, Newsroom, publisher_of

__all__ = ["LINK", "PARTISAN", "PUBLISHER", "Desk", "a_clause", "params", "refused"]


PARTISAN = "Vote for Smith on Tuesday, the bridge needs her."
LINK = "https://city.example/bridge"


def refused(code: RefusalCode) -> Any:
    """A refusal with this code."""
    return pytest.raises(Refusal, check=lambda no: no.code is code)


def params(**given: str) -> tuple[orders.Param, ...]:
    """Settings of a check."""
    return tuple(orders.Param(name=name, value=value) for name, value in given.items())


def a_clause(kind: str = "political_activity", **changes: Any) -> orders.ClauseDraft:
    """A blocking clause with a check and its settings."""
    settings = changes.pop("settings", {})
    given: dict[str, Any] = {
        "number": "1",
        "text": "Official accounts take no side in elections.",
        "citation": "5 U.S.C. 7323",
        "guidance": "Tell people how to vote, not for whom.",
        "severity": orders.Severity.BLOCK,
        "check": orders.CheckSpec(kind=kind, params=params(**settings)),
    }
    return orders.ClauseDraft(**(given | changes))


@dataclass(kw_only=True)
class Desk(Newsroom):
    """See the module."""

    def publish(self, *clauses: orders.ClauseDraft, **changes: Any) -> orders.PolicyAnswer:
        """A policy that is in force."""
        given: dict[str, Any] = {"name": "House rules", "clauses": clauses}
        answer = self.give(orders.PublishPolicy(**(given | changes)))
        assert isinstance(answer, orders.PolicyAnswer)
        self.settle()
        return answer

    def settle(self) -> None:
        """Fire timers until none is due."""
        for _ in range(5):
            self.fire_timers()

    def submit(self, content_id: str) -> Any:
        """Ann submits."""
        return self.give(SubmitContent(content_id=content_id), self.ann)

    def judge(self, text: str, **changes: Any) -> orders.DraftJudged:
        """What the composer is told about unsaved words."""
        given: dict[str, Any] = {
            "unit_id": self.unit_id,
            "variants": (Variant(channel_id=self.channel_id, text=text),),
        }
        answer = self.give(orders.JudgeDraft(**(given | changes)), self.ann)
        assert isinstance(answer, orders.DraftJudged)
        return answer

    def ask_waiver(self, content_id: str, clause_id: str) -> str:
        """The id of a waiver that ann asks for."""
        order = orders.AskWaiver(content_id=content_id, clause_id=clause_id, reason="A quotation.")
        return str(self.give(order, self.ann).id)

    def grant(self, waiver_id: str, actor: Any = None, *, days: float = 7) -> Any:
        """Granted, by default by the admin."""
        expires = self.factory.clock.now() + timedelta(days=days)
        return self.give(orders.GrantWaiver(waiver_id=waiver_id, expires_at=expires), actor)

    def links(self) -> list[LinkSeen]:
        """Every address that was asked for."""
        return self.factory.reader(self.org_id).find(LinkSeen)

    def waiver(self, waiver_id: str) -> Waiver:
        """The stored waiver."""
        return self.factory.reader(self.org_id).get(Waiver, waiver_id)

    def saw(self, url: str, status: int | None = 200, **changes: Any) -> None:
        """Ingest tells what it saw."""
        (row,) = [one for one in self.links() if one.url == url]
        given: dict[str, Any] = {
            "evidence_id": row.id,
            "url": url,
            "status": status,
            "final_url": url,
            "problem": "" if status else "Nothing answers.",
            "looked_at": self.factory.clock.now(),
        }
        self.give(orders.RecordEvidence(**(given | changes)), publisher_of(self))
