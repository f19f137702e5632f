"""The shape of a row of the outbox: one fact on its way to the broker."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from chassis.tenancy.slots import slot_of
from contracts.envelope import key_of
from contracts.facts import Fact, encode


def outbox_row(
    fact: Fact, *, fact_id: str, place: tuple[str, str, int], at: datetime, trace: str | None
) -> dict[str, Any]:
    """A row as stored; ``place`` is (organization, aggregate, sequence of the fact in it).

    ``sent_at`` and ``fence`` belong to the relay; everything else never changes.
    """
    org_id, aggregate_id, sequence = place
    return {
        "_id": fact_id,
        "org_id": org_id,
        "slot": slot_of(org_id),
        "topic": fact.TOPIC.value,
        "key": key_of(org_id, aggregate_id),
        "aggregate_id": aggregate_id,
        "sequence": sequence,
        "type": fact.TYPE,
        "time": at,
        "body": encode(fact),
        "traceparent": trace,
        "created_at": at,
        "sent_at": None,
        "fence": 0,
    }
