"""A speaker and a reader over real MongoDB and a real broker, as small as can be.

The effect of a fact is a link in its aggregate's chain of hashes: one that is lost, doubled or out of
order changes everything after it.
"""

from __future__ import annotations

import hashlib
import random
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from pymongo import InsertOne, MongoClient, ReplaceOne

from chassis import metric_defs
from chassis.broker.kafka import KafkaBroker
from chassis.broker.kafka_settings import KafkaSettings
from chassis.clock import SystemClock
from chassis.ids import SystemIds
from chassis.leases import LeaseStore
from chassis.metrics import silent_metrics
from chassis.mongo.client import connect, guarded_database
from chassis.mongo.factory import WorkFactory
from chassis.mongo.mapping import Mappings
from chassis.outbox.progress import SpeakerProgress
from chassis.outbox.relay import Relay, RelayParts, RelaySettings
from chassis.outbox.rows import outbox_row
from chassis.outbox.source import OutboxSource
from chassis.ports import BatchWork, Delivered
from chassis.prepare import ServicePlan, prepare_database
from contracts.commands import Command
from contracts.flow import ReportProgress, ResendFacts
from contracts.ingest import ChannelHealthChanged, Health
from contracts.topics import Topic

TOPIC = Topic.CONNECTIONS.value
ORGS = 3


class World(msgspec.Struct, frozen=True):
    """Where everything is; travels to the processes as JSON."""

    mongo: str
    kafka: str
    namespace: str
    lease: float = 1.0
    session_ms: int = 2_000

    def client(self) -> MongoClient[dict[str, Any]]:
        return connect(self.mongo, app_name="faults")

    def broker(self) -> KafkaBroker:
        settings = KafkaSettings(
            bootstrap=self.kafka,
            namespace=self.namespace,
            session_ms=self.session_ms,
            leaves_groups=False,
        )
        return KafkaBroker(settings)

    def prepare(self) -> None:
        with self.client() as client:
            prepare_database(client[f"{self.namespace}_ingest"], ServicePlan("ingest"))
            plan = ServicePlan("workflow", collections={"effects": ()})
            prepare_database(client[f"{self.namespace}_workflow"], plan)


class Speaker:
    """Writes facts as a unit of work would: gapless per aggregate."""

    def __init__(self, world: World, seed: int) -> None:
        self._rows = world.client()[f"{world.namespace}_ingest"]["outbox"]
        self._clock = SystemClock()
        self._ids = SystemIds(self._clock)
        self._dice = random.Random(seed)
        self._sequences: defaultdict[str, int] = defaultdict(int)
        self.written = 0

    def write(
        self, count: int, aggregates: int, spoil: Callable[[dict[str, Any]], None] | None = None
    ) -> None:
        """So many facts over so many aggregates; ``spoil`` may break a row."""
        rows = [self._row(f"a{self._dice.randrange(aggregates)}") for _ in range(count)]
        for row in rows:
            if spoil is not None:
                spoil(row)
        self._rows.insert_many(rows)
        self.written += count

    def unsent(self) -> int:
        return self._rows.count_documents({"sent_at": None})

    def reopen(self) -> None:
        """The whole history will be sent again."""
        self._rows.update_many({}, {"$set": {"sent_at": None}})

    def _row(self, aggregate: str) -> dict[str, Any]:
        self._sequences[aggregate] += 1
        now = self._clock.now()
        fact = ChannelHealthChanged(
            channel_id=aggregate, health=Health.OK, detail=self._ids.new(), since=now
        )
        org_id = f"org{int(aggregate[1:]) % ORGS}"
        place = (org_id, aggregate, self._sequences[aggregate])
        return outbox_row(fact, fact_id=self._ids.new(), place=place, at=now, trace=None)


def a_relay(world: World, owner: str) -> Relay:
    client = world.client()
    database = guarded_database(client, f"{world.namespace}_ingest")
    parts = RelayParts(
        broker=world.broker(),
        leases=LeaseStore(database),
        progress=SpeakerProgress(database),
        clock=SystemClock(),
        metrics=silent_metrics(metric_defs.CHASSIS_METRICS),
    )
    settings = RelaySettings(
        service="ingest", owner=owner, lease=world.lease, batch=400, part=100, standby=0.2, idle=0.2
    )
    return Relay(settings, OutboxSource(database, [TOPIC]), parts)


def a_factory(world: World) -> WorkFactory:
    clock = SystemClock()
    name = f"{world.namespace}_workflow"
    ids = SystemIds(clock)
    return WorkFactory(world.client(), name, Mappings([]), clock, ids, "workflow")


def telling(world: World) -> Callable[[Command], None]:
    """Orders to the speaker, without a network between."""
    database = guarded_database(world.client(), f"{world.namespace}_ingest")
    progress, outbox = SpeakerProgress(database), OutboxSource(database, [TOPIC])

    def tell(order: Command) -> None:
        if isinstance(order, ReportProgress):
            progress.note(order.group, order.topic, order.applied_up_to)
        elif isinstance(order, ResendFacts):
            outbox.resend((order.org_id, order.topic, order.aggregate_id), order.from_sequence)

    return tell


def fold(batch: Sequence[Delivered], work: BatchWork) -> None:
    """Add every fact to its aggregate's chain."""
    rows = work.database["effects"]
    known: dict[str, dict[str, Any]] = {}
    for org_id in {item.envelope.org_id for item in batch}:
        mine = [item.envelope.subject for item in batch if item.envelope.org_id == org_id]
        found = rows.find({"org_id": org_id, "_id": {"$in": mine}})
        known |= {row["_id"]: row for row in found}
    is_old = set(known)
    for item in batch:
        _link(known, item)
    rows.bulk_write(
        [
            ReplaceOne({"_id": ident, "org_id": row["org_id"]}, row)
            if ident in is_old
            else InsertOne(row)
            for ident, row in known.items()
        ]
    )


def _link(known: dict[str, dict[str, Any]], item: Delivered) -> None:
    ident = item.envelope.subject
    empty = {"_id": ident, "org_id": item.envelope.org_id, "count": 0, "hash": ""}
    row = known.setdefault(ident, empty)
    link = f"{row['hash']}{item.envelope.id}".encode()
    row["count"] += 1
    row["hash"] = hashlib.sha256(link).hexdigest()
