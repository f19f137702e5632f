"""Links that workflow wants to have seen: leased rows, and the look through the guarded client."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from pymongo import IndexModel, UpdateOne

from chassis.errors import Refusal, Unavailable
from chassis.metrics import Metrics
from chassis.outbound import GuardedClient
from chassis.outbound.answers import TooMuch
from chassis.ports import BatchHandler, BatchWork, Clock, Delivered
from chassis.tenancy.guard import GuardedDatabase
from contracts.workflow.policies import EvidenceWanted
from services.ingest import metrics as defs
from services.ingest.adapters.leased_rows import INDEX, LeasedRows, Row
from services.ingest.application.looking.look_at_link import Looker, Lookup, Lookups, Seen

LOOKUPS: Final = "lookups"
INDEXES: Final[dict[str, tuple[IndexModel, ...]]] = {LOOKUPS: (INDEX,)}
SECONDS: Final = 8.0
"""For one visit with its redirects."""
MOST_BYTES: Final = 1_000_000
HELD_SECONDS: Final = 60.0
IDLE: Final = 0.2
REFUSED: Final = "this address may not be visited"
_HEADERS: Final = {"user-agent": "Rostrum link check", "accept": "*/*"}
_NO_HEAD: Final = frozenset({400, 403, 404, 405, 406, 410, 429, 500, 501, 502, 503})
"""Statuses that servers give to HEAD for pages that GET opens."""


class GuardedEyes:
    """See ``application.looking.Eyes``: HEAD first, GET where HEAD says that something is wrong."""

    def __init__(self, http: GuardedClient, metrics: Metrics) -> None:
        self._http, self._metrics = http, metrics

    def see(self, url: str) -> Seen:
        """A status with the address it came from, or why there is none."""
        seen = self._visit("HEAD", url)
        is_sure = seen.status is not None and seen.status not in _NO_HEAD
        if not is_sure and seen.problem != REFUSED:
            seen = self._visit("GET", url)
        self._metrics.count(defs.LINKS_SEEN, outcome=seen.outcome)
        return seen

    def _visit(self, method: str, url: str) -> Seen:
        try:
            answer = self._http.request(
                method, url, headers=_HEADERS, timeout=SECONDS, max_bytes=MOST_BYTES
            )
        except Refusal:
            return Seen(status=None, problem=REFUSED)
        except TooMuch:  # a page that is larger than we read is there
            return Seen(status=200, final_url=url)
        except Unavailable:
            return Seen(status=None, problem="nothing answered")
        return Seen(status=answer.status, final_url=answer.url or url)


class MongoLookups:
    """See ``application.looking.Lookups``; collection ``lookups``."""

    def __init__(self, database: GuardedDatabase, clock: Clock) -> None:
        self._rows = LeasedRows(database, LOOKUPS, clock)

    def take(self, owner: str, seconds: float) -> Lookup | None:
        """The address that waits longest."""
        row = self._rows.take(owner, seconds)
        if row is None:
            return None
        return Lookup(
            org_id=row["org_id"],
            evidence_id=row["_id"],
            url=row["url"],
            fence=row["fence"],
            wanted=row["wanted"],
            failures=row["failures"],
        )

    def done(self, lookup: Lookup) -> None:
        """Forget it."""
        self._rows.done(_row(lookup))

    def later(self, lookup: Lookup, wait: float) -> None:
        """Put it off."""
        self._rows.give_back(_row(lookup), {"failures": lookup.failures + 1}, wait=wait)


def _row(lookup: Lookup) -> Row:
    return {
        "_id": lookup.evidence_id,
        "org_id": lookup.org_id,
        "fence": lookup.fence,
        "wanted": lookup.wanted,
    }


def evidence_handler(clock: Clock) -> BatchHandler:
    """Turns EvidenceWanted into rows, in the transaction of the batch."""

    def handle(delivered: Sequence[Delivered], batch: BatchWork) -> None:
        rows = LeasedRows(batch.database, LOOKUPS, clock)
        orders = [_order(rows, item) for item in delivered if isinstance(item.fact, EvidenceWanted)]
        if orders:
            batch.database[LOOKUPS].bulk_write(orders, ordered=True)

    return handle


def _order(rows: LeasedRows, item: Delivered) -> UpdateOne:
    fact = item.fact
    assert isinstance(fact, EvidenceWanted)
    query, update = rows.order(item.envelope.org_id, fact.evidence_id, {"url": fact.url})
    return UpdateOne(query, update, upsert=True)


class LookerLoop:
    """A Loop: looks at the link that waits longest; any number may run anywhere."""

    def __init__(self, name: str, owner: str, lookups: Lookups, looker: Looker) -> None:  # noqa: PLR0917 - its parts
        self.name = name
        self._owner, self._lookups, self._looker = owner, lookups, looker

    def step(self) -> float:
        """One link, or a short wait."""
        lookup = self._lookups.take(self._owner, HELD_SECONDS)
        if lookup is None:
            return IDLE
        self._looker.look(lookup)
        return 0.0

    def close(self) -> None:
        """Every link is told before a step ends."""
