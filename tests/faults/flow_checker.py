"""Judges the flow by the bare documents and the bare wire; imports neither services nor chassis."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

from kafka import KafkaConsumer, TopicPartition


@dataclass
class Verdict:
    """Sentences about what is wrong; empty lists are a clean run."""

    facts: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    mixed: list[str] = field(default_factory=list)

    @property
    def problems(self) -> list[str]:
        return [*self.lost, *self.doubled, *self.mixed]


def judge_effects(ingest: Any, workflow: Any, *, until: dict[str, int] | None = None) -> Verdict:
    """Every aggregate's chain must be the one of its facts in order.

    ``until``: per aggregate, the last sequence that may have an effect (the next was set aside).
    """
    expected: dict[str, list[str]] = defaultdict(list)
    for row in ingest["outbox"].find().sort([("aggregate_id", 1), ("sequence", 1)]):
        if until is None or row["sequence"] <= until.get(row["aggregate_id"], row["sequence"]):
            expected[row["aggregate_id"]].append(row["_id"])
    found = {row["_id"]: row for row in workflow["effects"].find()}
    verdict = Verdict(facts=sum(map(len, expected.values())))
    for ident, ids in expected.items():
        _compare(ident, ids, found.get(ident, {"count": 0, "hash": ""}), verdict)
    return verdict


def _compare(ident: str, ids: Iterable[str], row: dict[str, Any], verdict: Verdict) -> None:
    chain, count = "", 0
    for fact_id in ids:
        chain = hashlib.sha256(f"{chain}{fact_id}".encode()).hexdigest()
        count += 1
    if row["count"] < count:
        verdict.lost.append(f"{ident}: {row['count']} effects of {count} facts")
    elif row["count"] > count:
        verdict.doubled.append(f"{ident}: {row['count']} effects of {count} facts")
    elif row["hash"] != chain:
        verdict.mixed.append(f"{ident}: {count} effects in another order")


@dataclass
class WireVerdict:
    """What a reader saw: ``seen`` different facts, ``repeats`` that it would drop."""

    seen: int = 0
    repeats: int = 0
    problems: list[str] = field(default_factory=list)


def judge_wire(bootstrap: str, topic: str, facts: int, *, within_s: float) -> WireVerdict:
    """Per aggregate the first copies come as 1, 2, 3..., and copies carry the same id."""
    consumer = KafkaConsumer(bootstrap_servers=bootstrap, auto_offset_reset="earliest")
    places = [TopicPartition(topic, number) for number in consumer.partitions_for_topic(topic)]
    consumer.assign(places)
    consumer.seek_to_beginning()
    verdict, ids, last = WireVerdict(), dict[tuple[str, int], str](), defaultdict[str, int](int)
    deadline = monotonic() + within_s
    quiet = 0
    while monotonic() < deadline and (verdict.seen < facts or quiet < 3):
        batches = consumer.poll(timeout_ms=300)
        quiet = 0 if batches else quiet + 1
        for record in (item for batch in batches.values() for item in batch):
            _see(dict(record.headers), ids, last, verdict=verdict)
    consumer.close()
    return verdict


def _see(
    headers: dict[str, bytes],
    ids: dict[tuple[str, int], str],
    last: dict[str, int],
    *,
    verdict: WireVerdict,
) -> None:
    aggregate, sequence = headers["ce_subject"].decode(), int(headers["ce_sequence"])
    if sequence == 0:
        return
    ident = headers["ce_id"].decode()
    if ids.setdefault((aggregate, sequence), ident) != ident:
        verdict.problems.append(f"{aggregate}:{sequence} came with two ids")
    if sequence <= last[aggregate]:
        verdict.repeats += 1
        return
    if sequence != last[aggregate] + 1:
        verdict.problems.append(f"{aggregate}: {sequence} came after {last[aggregate]}")
    last[aggregate] = sequence
    verdict.seen += 1
