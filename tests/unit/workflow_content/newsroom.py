"""An organization that writes, reviews and publishes, on the twin in memory."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import msgspec

from chassis.clock import FixedClock
from chassis.ids import SequentialIds
from chassis.memory.work import MemoryWorkFactory
from chassis.mongo.factory import service_actor
from chassis.ports import Actor, TimerHandler
from contracts.commands import Command
from contracts.permissions import Role
from contracts.workflow import content as orders
from contracts.workflow import deliveries as delivery_orders
from contracts.workflow.channels import ChannelState
from services.workflow.application.governance.authorize import Authorizer
from services.workflow.bootstrap import HANDLERS, MAPPINGS, TARGETS, TIMERS
from services.workflow.domain.channels.entities import Channel
from services.workflow.domain.content.item import ContentItem
from services.workflow.domain.deliveries.delivery import Delivery
from tests.unit.workflow_organizations.office import AnyOffice

PUBLISHER = service_actor("ingest")


def a_factory() -> MemoryWorkFactory:
    """An empty store with a clock that tests move."""
    return MemoryWorkFactory(
        mappings=MAPPINGS, clock=FixedClock(), ids=SequentialIds(), service="workflow"
    )


@dataclass(kw_only=True)
class Newsroom(AnyOffice):
    """One unit with an active channel, an author (ann) and two reviewers (bob, cid)."""

    factory: MemoryWorkFactory = field(default_factory=a_factory)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.unit_id = self.a_unit()
        self.channel_id = self.an_active_channel()
        self.ann = self.a_member("ann", (Role.RESPONDER, self.unit_id), (Role.AUTHOR, self.unit_id))
        self.bob = self.a_member("bob", (Role.REVIEWER, None))
        self.cid = self.a_member("cid", (Role.REVIEWER, self.unit_id))

    def give(self, command: Command, actor: Actor | None = None) -> Any:
        """As AnyOffice, over every context of workflow."""

        def run(work: Any) -> Any:
            Authorizer(TARGETS)(command, work)
            return HANDLERS[type(command)](command, work)

        return self.factory.run(actor or self.admin, self.org_id, run)

    def an_active_channel(self, *, limit: int | None = 500) -> str:
        """A channel that was connected and may publish."""
        channel_id = self.a_channel(self.unit_id)
        self.change_channel(
            channel_id, state=ChannelState.ACTIVE, can_publish=True, text_limit=limit
        )
        return channel_id

    def change_channel(self, channel_id: str, **changes: Any) -> None:
        """What a connection, or an admin, would have changed."""

        def run(work: Any) -> None:
            channel = work.get(Channel, channel_id)
            work.save(msgspec.structs.replace(channel, **changes))

        self.factory.run(service_actor("workflow"), self.org_id, run)

    def a_draft(self, text: str = "The bridge opens on Monday.", **changes: Any) -> str:
        """The id of a new post by ann."""
        given: dict[str, Any] = {
            "unit_id": self.unit_id,
            "variants": (orders.Variant(channel_id=self.channel_id, text=text),),
        }
        return str(self.give(orders.DraftContent(**(given | changes)), self.ann).content_id)

    def submitted(self, **changes: Any) -> str:
        """The id of a post under review."""
        content_id = self.a_draft(**changes)
        self.give(orders.SubmitContent(content_id=content_id), self.ann)
        return content_id

    def vote(self, content_id: str, actor: Actor | None = None, **changes: Any) -> Any:
        """A verdict about what is under review, by default bob's approval."""
        given: dict[str, Any] = {
            "content_id": content_id,
            "verdict": orders.Verdict.APPROVE,
            "version_hash": self.item(content_id).version_hash,
        }
        return self.give(orders.VoteOnContent(**(given | changes)), actor or self.bob)

    def approved(self, **changes: Any) -> str:
        """The id of an approved post."""
        content_id = self.submitted(**changes)
        self.vote(content_id)
        return content_id

    def published_now(self, **changes: Any) -> Delivery:
        """The due delivery of a post that was approved and scheduled for now."""
        content_id = self.approved(**changes)
        self.give(orders.ScheduleContent(content_id=content_id), self.bob)
        return self.delivery(content_id)

    def item(self, content_id: str) -> ContentItem:
        """The stored item."""
        return self.factory.reader(self.org_id).get(ContentItem, content_id)

    def delivery(self, content_id: str) -> Delivery:
        """The newest delivery of an item."""
        found = self.factory.reader(self.org_id).find(Delivery, content_id=content_id)
        return max(found, key=lambda d: d.created_at)

    def lease(self, delivery: Delivery, **changes: Any) -> delivery_orders.Lease:
        """What the publisher is told."""
        given: dict[str, Any] = {
            "delivery_id": delivery.id,
            "lease_owner": "p1",
            "lease_seconds": 30,
            "idempotency_class": delivery_orders.IdempotencyClass.A,
            "key_life_seconds": 3600,
        }
        lease = self.give(delivery_orders.LeaseDelivery(**(given | changes)), publisher_of(self))
        assert isinstance(lease, delivery_orders.Lease)
        return lease

    def begin(self, lease: delivery_orders.Lease) -> Any:
        """The last look before bytes leave."""
        order = delivery_orders.BeginAttempt(
            delivery_id=lease.delivery_id, lease_owner="p1", fence=lease.fence, request_digest="d"
        )
        return self.give(order, publisher_of(self))

    def record(
        self, lease: delivery_orders.Lease, outcome: delivery_orders.Outcome, **more: Any
    ) -> Any:
        """What the publisher learned."""
        order = delivery_orders.RecordAttempt(
            delivery_id=lease.delivery_id,
            lease_owner="p1",
            fence=lease.fence,
            outcome=outcome,
            **more,
        )
        return self.give(order, publisher_of(self))

    def sent(self, delivery: Delivery, outcome: delivery_orders.Outcome, **more: Any) -> Delivery:
        """The delivery after one whole try."""
        lease = self.lease(delivery)
        self.begin(lease)
        self.record(lease, outcome, **more)
        return self.delivery(delivery.content_id)

    def wait(self, seconds: float) -> None:
        """Time passes, and due timers fire."""
        clock = self.factory.clock
        assert isinstance(clock, FixedClock)
        clock.advance(seconds)
        self.fire_timers()

    def fire_timers(self) -> None:
        """Hand every due timer to its handler once."""
        due = [
            row
            for row in self.factory.store.all("timers")
            if row["due_at"] <= self.factory.clock.now()
        ]
        for row in due:
            self._fire(TIMERS[row["kind"]], row["subject_id"], row["_id"])

    def _fire(self, handler: TimerHandler, subject_id: str, timer_id: str) -> None:
        self.factory.store.delete("timers", timer_id)
        self.factory.run(
            service_actor("workflow"), self.org_id, lambda work: handler(subject_id, work)
        )


def publisher_of(room: Newsroom) -> Actor:
    """The publisher, acting in the organization of the room."""
    return msgspec.structs.replace(PUBLISHER, org_id=room.org_id)
