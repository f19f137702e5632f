"""What the same mongod and broker do with the same documents when nothing but the drivers is between.

One process, batches of 500, every write at majority with journal, each message acknowledged.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from time import monotonic
from typing import Any, Final

import msgspec
from kafka import KafkaConsumer, KafkaProducer
from kafka.admin import KafkaAdminClient
from kafka.structs import OffsetAndMetadata
from pymongo import MongoClient, ReplaceOne
from pymongo.collection import Collection
from pymongo.write_concern import WriteConcern

from chassis.ids import derived
from chassis.tenancy.slots import slot_of
from contracts.topics import PARTITIONS
from services.ingest.connectors.archive.support_csv import SupportCsvReader
from services.ingest.domain.listening.arrival import Arrival, Receiver, arrival_of
from stack.environment import Place
from tests.bench.shape import Archive

BATCH: Final = 500
DATABASE: Final = "bench_raw"
Document = dict[str, Any]


class _Ids:
    def new(self) -> str:
        raise NotImplementedError

    def derived(self, *parts: str) -> str:
        return derived(*parts)


class RawLimits:
    """Measures both limits with the arrivals of an archive; may be called again and again."""

    def __init__(self, place: Place, archive: Archive) -> None:
        self._place = place
        receiver = Receiver(
            org_id="raw", channel_id="raw", source="import", arrived_at=datetime.now(UTC)
        )
        with archive.path.open("rb") as stream:
            rows = list(SupportCsvReader().read(stream, 0, 0))
        self._arrivals = [arrival_of(row.message, receiver, _Ids()) for row in rows if row.message]

    @property
    def count(self) -> int:
        """How many documents."""
        return len(self._arrivals)

    def insert_seconds(self) -> float:
        """``insert_many`` of the documents that ingest stores, made beforehand."""
        documents = [_stored(arrival) for arrival in self._arrivals]
        with self._collection("inserted") as inserted:
            began = monotonic()
            for start in range(0, len(documents), BATCH):
                inserted.insert_many(documents[start : start + BATCH], ordered=False)
            return monotonic() - began

    def consume_seconds(self, topic: str) -> float:
        """Poll 500 facts, decode, replace or insert each by its id in one bulk, commit offsets."""
        self._produce(topic)
        consumer = self._consumer(topic)
        with self._collection("upserted") as upserted:
            first = _polled(consumer)
            began, seen = monotonic(), len(first)
            _upsert(upserted, first)
            while seen < self.count:
                records = _polled(consumer)
                _upsert(upserted, records)
                _commit(consumer, records)
                seen += len(records)
            seconds = monotonic() - began
        consumer.close(autocommit=False)
        self._forget(topic)
        return seconds

    @contextmanager
    def _collection(self, name: str) -> Iterator[Collection[Document]]:
        client: MongoClient[Document] = MongoClient(self._place.admin_uri)
        concern = WriteConcern("majority", j=True)
        try:
            client.drop_database(DATABASE)
            yield client[DATABASE].create_collection(name, write_concern=concern)
            client.drop_database(DATABASE)
        finally:
            client.close()

    def _produce(self, topic: str) -> None:
        with self._admin() as admin:
            admin.create_topics({topic: {"num_partitions": PARTITIONS, "replication_factor": 1}})
        producer = KafkaProducer(
            bootstrap_servers=self._place.kafka_bootstrap, compression_type="lz4", linger_ms=5
        )
        for arrival in self._arrivals:
            producer.send(topic, value=arrival.body, key=arrival.key)
        producer.flush()
        producer.close()

    def _consumer(self, topic: str) -> Any:
        return KafkaConsumer(
            topic,
            bootstrap_servers=self._place.kafka_bootstrap,
            group_id=f"{topic}.group",
            auto_offset_reset="earliest",
            enable_auto_commit=False,
            session_timeout_ms=6_000,
            heartbeat_interval_ms=1_000,
        )

    def _forget(self, topic: str) -> None:
        with self._admin() as admin:
            admin.delete_topics([topic])

    @contextmanager
    def _admin(self) -> Iterator[Any]:
        admin = KafkaAdminClient(bootstrap_servers=self._place.kafka_bootstrap)
        try:
            yield admin
        finally:
            admin.close()


def _stored(arrival: Arrival) -> Document:
    """As ``services.ingest.adapters.arrivals`` stores it."""
    fields = msgspec.structs.asdict(arrival)
    return {
        "_id": fields.pop("id"),
        **fields,
        "slot": slot_of(arrival.org_id),
        "relay": {"sent_at": None, "fence": 0},
        "v": 1,
    }


def _polled(consumer: Any) -> list[Any]:
    while True:
        found = consumer.poll(timeout_ms=1_000, max_records=BATCH)
        if found:
            return [record for records in found.values() for record in records]


def _upsert(collection: Collection[Document], records: Sequence[Any]) -> None:
    requests = []
    for record in records:
        document = msgspec.json.decode(record.value)
        ident = document.pop("mention_id")
        requests.append(ReplaceOne({"_id": ident}, document, upsert=True))
    collection.bulk_write(requests, ordered=False)


def _commit(consumer: Any, records: Sequence[Any]) -> None:
    ends = {record.partition: record.offset + 1 for record in records}
    consumer.commit(
        {
            each: OffsetAndMetadata(ends[each.partition], "", -1)
            for each in consumer.assignment()
            if each.partition in ends
        }
    )
