"""Workflow and a publisher in one process, on a real database, under a clock that tests move.

Hours of an outage pass in seconds. The parts are the real ones: use cases and timers of workflow
behind its command bus, the publisher with its rows and connectors; only Kafka's part, handing a
wake-up over, is done here by hand. ``at`` ends or breaks things at the named points of a send.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

import msgspec

from chassis.blobs import MemoryBlobs
from chassis.clock import FixedClock
from chassis.commands import CommandBus, IdempotencyKey
from chassis.ids import SystemIds
from chassis.mongo.client import connect, database_name
from chassis.mongo.factory import WorkFactory
from chassis.outbound import OutboundClient
from chassis.ports import Actor
from chassis.prepare import prepare_database
from chassis.timers import TimerLoop
from contracts.commands import Answer, Command
from contracts.workflow.channels import ChannelAccess, ChannelState, Platform
from contracts.workflow.content import Schedule, ScheduleContent, Variant
from contracts.workflow.deliveries import DeliveryDue
from services.ingest.adapters.leased_rows import LeasedRows
from services.ingest.adapters.turns import DELIVERIES, MongoWakes
from services.ingest.application import credentials
from services.ingest.application.ports import At, nowhere
from services.ingest.application.publishing.publish_delivery import Publisher
from services.ingest.bootstrap import service_in
from services.ingest.connectors import all_connectors
from services.ingest.domain.connections.access import Account
from services.ingest.domain.connections.connection import Opening, opened
from services.workflow.bootstrap import MAPPINGS, PLAN, TIMERS, command_bus
from services.workflow.domain.deliveries.delivery import Delivery
from tests.support.ingest import CIPHER, Heard, mongo_units
from tests.unit.workflow_content.newsroom import Newsroom

OPEN: Final = ("pending", "leased", "sending", "retry_wait", "unknown")


@dataclass
class DirectWorkflow:
    """Orders go straight to the bus, with their keys."""

    bus: CommandBus

    def send(self, command: Command, actor: Actor, *, key: str | None = None) -> Answer:
        """What workflow answers; its refusals and Unavailable are raised."""
        once = IdempotencyKey(key=key) if key else None
        body = msgspec.json.encode(command)
        handled = self.bus.handle(type(command).__name__, body, actor, once)
        answer: Answer = msgspec.json.decode(handled.body, type=type(command).ANSWER)
        return answer


@dataclass(kw_only=True)
class World(Newsroom):
    """A newsroom whose deliveries are really sent."""

    factory: WorkFactory  # type: ignore[assignment]  # the store in memory is what this replaces
    ingest: WorkFactory
    clock: FixedClock
    allow: frozenset[tuple[str, int]] = frozenset()
    heard: Heard = field(default_factory=Heard)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.timers = TimerLoop(self.factory, TIMERS, self.clock)
        self.wakes = MongoWakes(self.ingest.database, self.clock)
        self._rows = LeasedRows(self.ingest.database, DELIVERIES, self.clock)

    def connect(
        self, channel_id: str, platform: Platform, base_url: str, *, account_id: str = "1",
        secrets: dict[str, str] | None = None,
    ) -> None:  # fmt: skip
        """The channel as it is after somebody connected it."""
        access = ChannelAccess(
            channel_id=channel_id, platform=platform, base_url=base_url, handle="water",
            name="City water", unit_id=self.unit_id, state=ChannelState.ACTIVE,
        )  # fmt: skip
        account = Account(external_id=account_id, handle="water", can_publish=True)
        opening = Opening(
            org_id=self.org_id, channel=access, account=account, connected_by=None,
            at=self.clock.now(),
        )  # fmt: skip
        connection = opened(opening, None).entity

        def keep(work: Any) -> None:
            work.add(connection)
            credentials.keep(work, CIPHER, channel_id, values=secrets or {})

        self.ingest.run(service_in(self.org_id), self.org_id, keep)
        self.change_channel(channel_id, platform=platform, name="City water")

    def planned(self, text: str, in_seconds: int, *, lateness: int = 3600) -> str:
        """The id of a post that is approved and scheduled."""
        content_id = self.approved(variants=(Variant(channel_id=self.channel_id, text=text),))
        due = self.clock.now() + timedelta(seconds=in_seconds)
        schedule = Schedule(wall_time=f"{due:%Y-%m-%dT%H:%M:%S}", time_zone="UTC")
        self.give(
            ScheduleContent(
                content_id=content_id, schedule=schedule, max_lateness_seconds=lateness
            ),
            self.bob,
        )
        return content_id

    def tick(self, seconds: float = 0.0, *, at: At = nowhere) -> None:
        """Time passes; due timers fire, wake-ups are handed over, and all that is due is tried."""
        self.clock.advance(seconds)
        self.run_timers()
        self.hand_over()
        self.publish(at=at)

    def run_timers(self) -> None:
        """Until nothing is due."""
        while self.timers.step() == 0.0:
            pass

    def hand_over(self) -> None:
        """What the relay, the broker and the consumer do with DeliveryDue."""
        outbox = self.factory.client[self.factory.database_name]["outbox"]
        query = {"type": DeliveryDue.TYPE, "sent_at": None}
        for row in list(outbox.find(query).sort("_id", 1)):
            fact = msgspec.json.decode(row["body"], type=DeliveryDue)
            told = {"channel_id": fact.channel_id, "purpose": fact.purpose.value}
            self._rows.want(row["org_id"], fact.delivery_id, told)
            outbox.update_one({"_id": row["_id"]}, {"$set": {"sent_at": self.clock.now()}})

    def publish(self, *, at: At = nowhere) -> int:
        """Every wake-up that is due goes through a publisher; how many there were."""
        publisher, count = self.publisher(at), 0
        while wake := self.wakes.take(publisher.owner, 1.0):
            publisher.publish(wake)
            count += 1
        return count

    def publisher(self, at: At = nowhere) -> Publisher:
        """A publisher with real connectors."""
        return Publisher(
            connectors=all_connectors(),
            outbound=lambda _seconds: OutboundClient(self.allow),
            cipher=CIPHER,
            units=self.ingest,
            workflow=DirectWorkflow(command_bus(self.factory)),
            wakes=self.wakes,
            files=MemoryBlobs(),
            report=self.heard,
            clock=self.clock,
            actor=service_in,
            owner="publisher-1",
            lease_seconds=30.0,
            at=at,
        )

    def deliveries(self) -> list[Delivery]:
        """All of them, as they are now."""
        return self.factory.reader(self.org_id).find(Delivery, limit=100_000)

    def facts(self, kind: Any) -> list[Any]:
        """What was said of this kind."""
        outbox = self.factory.client[self.factory.database_name]["outbox"]
        rows = outbox.find({"type": kind.TYPE}).sort("_id", 1)
        return [msgspec.json.decode(row["body"], type=kind) for row in rows]


@contextmanager
def a_world(
    mongo_uri: str, namespace: str, *, workflow_uri: str | None = None,
    allow: frozenset[tuple[str, int]] = frozenset(),
) -> Iterator[World]:  # fmt: skip
    """A world on prepared databases; workflow's may be on a server of its own."""
    clock = FixedClock()
    client = connect(workflow_uri or mongo_uri, app_name="world")
    name = database_name(namespace, "workflow")
    prepare_database(client[name], PLAN)
    workflow = WorkFactory(client, name, MAPPINGS, clock, SystemIds(clock), "workflow")
    ingest = mongo_units(mongo_uri, namespace, clock)
    try:
        yield World(factory=workflow, ingest=ingest, clock=clock, allow=allow)
    finally:
        client.close()
        ingest.client.close()
