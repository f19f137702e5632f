"""Seals unsealed entries into one chain per organization, outside of the commands' transactions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pymongo import MongoClient
from pymongo.client_session import ClientSession
from pymongo.errors import DuplicateKeyError

from chassis.audit.chain import Row, new_block, signed_root
from chassis.errors import Conflict
from chassis.leases import Leases
from chassis.metric_defs import AUDIT_OLDEST_UNSEALED_AGE, AUDIT_SEALED, CHASSIS_METRICS
from chassis.metrics import Metrics, silent_metrics
from chassis.mongo.reach import reached
from chassis.mongo.transaction import run_in_transaction
from chassis.ports import Clock
from chassis.tenancy.crossing import SLOTS, Crossing, cross
from chassis.tenancy.guard import GuardedDatabase
from contracts.envelope import rfc3339

ENTRIES_A_BLOCK: Final = 1_000
ENTRIES_A_STEP: Final = 2_000
IDLE_S: Final = 0.5
LEASE_S: Final = 10.0


@dataclass(frozen=True)
class SealerParts:
    """What a sealer is handed; ``owner`` names this process."""

    client: MongoClient[dict[str, Any]]
    database: GuardedDatabase
    service: str
    owner: str
    key: Ed25519PrivateKey


class Sealer:
    """A Loop. An entry is sealed at most a second after its commit, while one sealer runs.

    The lease only saves work: two sealers at once cannot fork a chain, because a block's number is
    unique and entries are taken by their flag in the block's own transaction.
    """

    name = "sealer"

    def __init__(
        self, parts: SealerParts, leases: Leases, clock: Clock, *, metrics: Metrics | None = None
    ) -> None:
        self._parts = parts
        self._leases = leases
        self._clock = clock
        self._metrics = metrics or silent_metrics(CHASSIS_METRICS)
        self._fresh_until = float("-inf")

    def step(self) -> float:
        """Seal what is there; 0 if there may be more, else the seconds to wait."""
        if not self._holds():
            return IDLE_S
        sealed = self.seal()
        self._metrics.count(AUDIT_SEALED, sealed)
        with reached():
            self.sign_hour()
        return 0.0 if sealed == ENTRIES_A_STEP else IDLE_S

    def _holds(self) -> bool:
        """Whether the lease is ours; it is renewed when a third of it has passed, not every step."""
        now = self._clock.monotonic()
        if now < self._fresh_until:
            return True
        if self._leases.acquire(self.name, self._parts.owner, LEASE_S) is None:
            return False
        self._fresh_until = now + LEASE_S / 3
        return True

    def close(self) -> None:
        """Let another sealer start at once."""
        self._fresh_until = float("-inf")
        self._leases.release(self.name, self._parts.owner)

    def seal(self) -> int:
        """Seal one step's entries; returns how many."""
        try:
            return run_in_transaction(self._parts.client, self._seal_once, attempts=3)
        except (Conflict, DuplicateKeyError):
            return 0  # another sealer was faster; the next step reads again

    def sign_hour(self) -> bool:
        """Sign the heads of all chains once an hour; whether this was the time."""
        now = self._clock.now()
        hour = now.replace(minute=0, second=0, microsecond=0)
        roots = self._collection("audit_roots")
        ident = f"{self._parts.service}/{rfc3339(hour)}"
        if roots.find_one({"_id": ident}, {"_id": 1}):
            return False
        last = roots.find_one({}, sort=[("_id", -1)])
        root: Row = {
            "_id": ident,
            "service": self._parts.service,
            "previous": last["digest"] if last else "",
            "heads": list(self._heads()),
            "signed_at": now,
        }
        try:
            roots.insert_one(signed_root(root, self._parts.key))
        except DuplicateKeyError:
            return False
        return True

    def _seal_once(self, _: ClientSession) -> int:
        found, now = self._unsealed(), self._clock.now()
        age = (now - found[0]["at"]).total_seconds() if found else 0.0
        self._metrics.set(AUDIT_OLDEST_UNSEALED_AGE, max(age, 0.0))
        blocks = list(self._blocks(found, now))
        if not blocks:
            return 0
        self._collection("audit_chain").insert_many(blocks)
        taken = {"_id": {"$in": [entry["_id"] for entry in found]}, "sealed": False}
        done = self._collection("audit_entries").update_many(taken, {"$set": {"sealed": True}})
        if done.modified_count != len(found):
            raise Conflict("another sealer took some of these entries")
        return len(found)

    def _unsealed(self) -> list[Row]:
        query = {"slot": {"$in": list(range(SLOTS))}, "sealed": False}
        rows = self._collection("audit_entries").find(query)
        return list(rows.sort([("at", 1), ("_id", 1)]).limit(ENTRIES_A_STEP))

    def _blocks(self, entries: Sequence[Row], now: datetime) -> Iterator[Row]:
        by_org: dict[str, list[Row]] = defaultdict(list)
        for entry in entries:
            by_org[entry["org_id"]].append(entry)
        for org_id, mine in by_org.items():
            head = self._head(org_id)
            for start in range(0, len(mine), ENTRIES_A_BLOCK):
                part = mine[start : start + ENTRIES_A_BLOCK]
                head = new_block(part, service=self._parts.service, head=head, at=now)
                yield head

    def _head(self, org_id: str) -> Row | None:
        chain = self._parts.database["audit_chain"]
        found: Row | None = chain.find_one(
            {"org_id": org_id}, {"number": 1, "digest": 1}, sort=[("number", -1)]
        )
        return found

    def _heads(self) -> Iterator[Row]:
        for org_id in sorted(self._collection("audit_chain").distinct("org_id")):
            head = self._head(org_id)
            if head:
                yield {"org_id": org_id, "number": head["number"], "digest": head["digest"]}

    def _collection(self, name: str) -> Any:
        return cross(self._parts.database, Crossing.UNSEALED_AUDIT, name)
