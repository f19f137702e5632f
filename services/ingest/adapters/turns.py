"""Turns of polling and wake-ups of deliveries, as leased rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from pymongo import IndexModel, UpdateOne

from chassis.ports import BatchHandler, BatchWork, Clock, Delivered
from chassis.tenancy.guard import GuardedDatabase
from contracts.workflow.deliveries import DeliveryDue, Purpose
from services.ingest.adapters.leased_rows import INDEX, LeasedRows, Row
from services.ingest.application.ports import Turn, Wake
from services.ingest.domain.listening.message import Cursor

CURSORS: Final = "cursors"
DELIVERIES: Final = "deliveries"
INDEXES: Final[dict[str, tuple[IndexModel, ...]]] = {CURSORS: (INDEX,), DELIVERIES: (INDEX,)}


class MongoTurns:
    """See ``application.ports.Turns``; collection ``cursors``."""

    def __init__(self, database: GuardedDatabase, clock: Clock) -> None:
        self._rows = LeasedRows(database, CURSORS, clock)

    def start(self, org_id: str, channel_id: str, *, forget_cursor: bool) -> None:
        """Due at once; a new account's cursor is not the old one's."""
        if forget_cursor:
            self._rows.forget(org_id, channel_id)
        self._rows.want(org_id, channel_id, {})

    def stop(self, org_id: str, channel_id: str) -> None:
        """The cursor goes with the row; the keys of arrivals keep doubles out."""
        self._rows.forget(org_id, channel_id)

    def take(self, owner: str, seconds: float) -> Turn | None:
        """The channel that waits longest."""
        row = self._rows.take(owner, seconds)
        if row is None:
            return None
        return Turn(
            org_id=row["org_id"],
            channel_id=row["_id"],
            fence=row["fence"],
            wanted=row["wanted"],
            cursor=row.get("cursor", {}),
            failures=row["failures"],
        )

    def give_back(self, turn: Turn, *, cursor: Cursor, failures: int, wait: float) -> None:
        """A newer holder's cursor stays."""
        fields = {"cursor": dict(cursor), "failures": failures}
        self._rows.give_back(_row(turn.channel_id, turn), fields, wait=wait)


class MongoWakes:
    """See ``application.ports.Wakes``; collection ``deliveries``, ids and purposes only."""

    def __init__(self, database: GuardedDatabase, clock: Clock) -> None:
        self._rows = LeasedRows(database, DELIVERIES, clock)

    def take(self, owner: str, seconds: float) -> Wake | None:
        """The delivery that waits longest."""
        row = self._rows.take(owner, seconds)
        if row is None:
            return None
        return Wake(
            org_id=row["org_id"],
            delivery_id=row["_id"],
            channel_id=row["channel_id"],
            purpose=Purpose(row["purpose"]),
            fence=row["fence"],
            wanted=row["wanted"],
            failures=row["failures"],
        )

    def done(self, wake: Wake) -> None:
        """Forget it."""
        self._rows.done(_row(wake.delivery_id, wake))

    def later(self, wake: Wake, wait: float) -> None:
        """Put it off."""
        fields = {"failures": wake.failures + 1}
        self._rows.give_back(_row(wake.delivery_id, wake), fields, wait=wait)


def _row(ident: str, held: Turn | Wake) -> Row:
    return {"_id": ident, "org_id": held.org_id, "fence": held.fence, "wanted": held.wanted}


def wake_handler(clock: Clock) -> BatchHandler:
    """Turns DeliveryDue into rows, in the transaction of the batch."""

    def handle(delivered: Sequence[Delivered], batch: BatchWork) -> None:
        rows = LeasedRows(batch.database, DELIVERIES, clock)
        orders = [_order(rows, item) for item in delivered if isinstance(item.fact, DeliveryDue)]
        if orders:
            batch.database[DELIVERIES].bulk_write(orders, ordered=True)

    return handle


def _order(rows: LeasedRows, item: Delivered) -> Any:
    fact = item.fact
    assert isinstance(fact, DeliveryDue)
    fields = {"channel_id": fact.channel_id, "purpose": fact.purpose.value}
    query, update = rows.order(item.envelope.org_id, fact.delivery_id, fields)
    return UpdateOne(query, update, upsert=True)
