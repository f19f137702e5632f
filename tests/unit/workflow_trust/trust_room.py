"""A newsroom whose routes and ledger can be looked into."""

from __future__ import annotations

from typing import Any

import msgspec

from chassis.mongo.factory import service_actor
from chassis.ports import Actor, Work
from contracts.workflow.content import Finding
from contracts.workflow.content_states import TopicRisk
from services.workflow.application.trust.ledger import note_clean, note_incident
from services.workflow.application.trust.routing import route_of
from services.workflow.domain.content.item import ContentItem
from services.workflow.domain.content.routes import Route
from services.workflow.domain.trust.entry import LedgerEntry
from services.workflow.domain.trust.record import TrustRecord
from tests.unit.workflow_content.newsroom import Newsroom


class TrustRoom(Newsroom):
    """A newsroom whose routes and ledger can be looked into."""

    def within(self, act: Any) -> Any:
        """What a use case would do in its transaction."""
        return self.factory.run(service_actor("workflow"), self.org_id, act)

    def route(self, content_id: str, *findings: Finding) -> Route:
        """The route of an item as it is now."""
        found = self.within(
            lambda work: route_of(work.get(ContentItem, content_id), findings, work)
        )
        assert isinstance(found, Route)
        return found

    def clean(self, content_id: str, times: int) -> None:
        """So many clean publications like this one."""

        def run(work: Work) -> None:
            item = work.get(ContentItem, content_id)
            for n in range(times):
                other = self.like(item, f"{item.id}-{n}")
                note_clean(other, self.channel_id, work)

        self.within(run)

    def about(self, content_id: str, topic: str) -> None:
        """It speaks of this topic."""

        def run(work: Work) -> None:
            work.save(msgspec.structs.replace(work.get(ContentItem, content_id), topic=topic))

        self.within(run)

    def incident(self, content_id: str, severity: int, **changes: Any) -> None:
        """Something was wrong with it."""
        given: dict[str, Any] = {
            "self_reported": False,
            "source_id": f"source-{severity}",
            "severity": severity,
        }

        def run(work: Work) -> None:
            item = work.get(ContentItem, content_id)
            note_incident(item, self.channel_id, work=work, **(given | changes))

        self.within(run)

    @staticmethod
    def like(item: ContentItem, ident: str) -> ContentItem:
        """Another item by the same people."""
        return msgspec.structs.replace(item, id=ident)

    def entries(self, person: Actor) -> list[LedgerEntry]:
        """What the ledger holds."""
        reader = self.factory.reader(self.org_id)
        return reader.find(LedgerEntry, person_id=person.person_id)

    def shown(self, person: Actor, risk: TopicRisk = TopicRisk.R0) -> TrustRecord:
        """What is shown."""
        reader = self.factory.reader(self.org_id)
        found = reader.first(TrustRecord, person_id=person.person_id, risk=risk)
        assert found is not None
        return found
