"""The books' twin in memory; joins the transactions of the memory factory whose store it uses."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from chassis.consumer.letters import letter_rows, place_id, record_of, stored_record
from chassis.consumer.line import Letter, Plan, Standing
from chassis.consumer.mongo_ledger import BEHIND, SET_ASIDE, SUSPECT, WAITING
from chassis.consumer.ports import Depths, Gap, Ledger, Parked
from chassis.consumer.reading import Line, Read
from chassis.memory.store import MemoryStore
from chassis.ports import BatchWork

Row = dict[str, Any]


def memory_ledger(store: MemoryStore, group: str) -> Callable[[BatchWork], Ledger]:
    """Opens the group's books inside a running transaction of the store."""
    return lambda _: MemoryLedger(store, group)


class MemoryLedger:
    """See ``chassis.consumer.ports.Ledger``."""

    def __init__(self, store: MemoryStore, group: str) -> None:
        self._store = store
        self._group = group

    def standings(self, lines: Sequence[Line]) -> dict[Line, Standing]:
        """See ``Ledger``."""
        found = {line: self._store.get("applied", self._line_id(line)) for line in lines}
        return {
            line: Standing(row["sequence"], row["damaged_at"]) for line, row in found.items() if row
        }

    def write(self, plan: Plan, now: datetime) -> None:
        """See ``Ledger``."""
        for ident in plan.unpark:
            self._store.delete("parked", ident)
        for item in plan.park:
            self._park(item, plan, now)
        for letter in plan.letters:
            for row in letter_rows(self._group, letter):
                self._store.put("dead_letters", {**row, "state": SET_ASIDE, "set_aside_at": now})
        for line, standing in plan.standings.items():
            self._stand(line, standing, now)

    def gaps(self, limit: int) -> list[Gap]:
        """See ``Ledger``."""
        lines: dict[Line, list[Row]] = {}
        for row in self._mine("parked", WAITING):
            lines.setdefault((row["org_id"], row["aggregate_id"]), []).append(row)
        found = [
            Gap(
                line=line,
                first=min(row["sequence"] for row in rows),
                since=min(row["parked_at"] for row in rows),
            )
            for line, rows in lines.items()
        ]
        return sorted(found, key=lambda gap: gap.since)[:limit]

    def parked(self, lines: Sequence[Line], limit: int) -> list[Parked]:
        """See ``Ledger``."""
        rows = sorted(self._store.all("parked"), key=lambda row: int(row["sequence"]))
        return [
            Parked(id=row["_id"], record=record_of(row))
            for line in lines
            for row in rows
            if row["group"] == self._group and (row["org_id"], row["aggregate_id"]) == line
        ][:limit]

    def suspect(self, letter: Letter, now: datetime) -> int:
        """See ``Ledger``."""
        head, *_ = letter_rows(self._group, letter)
        known = self._store.get("dead_letters", head["_id"]) or {"tries": 0}
        tries = int(known["tries"]) + 1
        kept = {**head, "state": SUSPECT, "tries": tries, "suspected_at": now}
        self._store.put("dead_letters", kept)
        return tries

    def marks(self, topic: str, seen: Mapping[int, datetime]) -> dict[int, datetime]:
        """See ``Ledger``."""
        ident = f"marks|{self._group}|{topic}"
        known = (self._store.get("progress", ident) or {"marks": {}})["marks"]
        merged = {int(number): at for number, at in known.items()}
        for number, at in seen.items():
            merged[number] = max(at, merged.get(number, at))
        kept = {str(number): at for number, at in merged.items()}
        self._store.put("progress", {"_id": ident, "marks": kept})
        return merged

    def stopped_at(self) -> datetime | None:
        """See ``Ledger``."""
        found = self._store.get("progress", f"stopped|{self._group}")
        at: datetime | None = found["at"] if found else None
        return at

    def stop(self, now: datetime | None) -> None:
        """See ``Ledger``."""
        self._store.put("progress", {"_id": f"stopped|{self._group}", "at": now})

    def depths(self) -> Depths:
        """See ``Ledger``."""
        damaged = [row for row in self._store.all("damaged") if row["group"] == self._group]
        return Depths(
            parked=len(self._mine("parked", WAITING)),
            letters=len(self._mine("dead_letters", SET_ASIDE)),
            damaged=len(damaged),
        )

    def _line_id(self, line: Line) -> str:
        return f"{self._group}|{line[0]}|{line[1]}"

    def _mine(self, collection: str, state: str) -> list[Row]:
        rows = self._store.all(collection)
        return [row for row in rows if (row.get("group"), row["state"]) == (self._group, state)]

    def _park(self, item: Read, plan: Plan, now: datetime) -> None:
        org_id, aggregate_id = item.line
        row = {
            "_id": place_id(self._group, item),
            "group": self._group,
            "org_id": org_id,
            "aggregate_id": aggregate_id,
            "sequence": item.sequence,
            "state": BEHIND if item.line in plan.damaged else WAITING,
            "parked_at": now,
            **stored_record(item.record),
        }
        self._store.put("parked", row)

    def _stand(self, line: Line, standing: Standing, now: datetime) -> None:
        ident, (org_id, aggregate_id) = self._line_id(line), line
        fields = {"sequence": standing.sequence, "damaged_at": standing.damaged_at}
        self._store.put("applied", {"_id": ident, "org_id": org_id, **fields})
        if not standing.damaged_at:
            return
        place = {"group": self._group, "org_id": org_id, "aggregate_id": aggregate_id}
        damage = {"sequence": standing.damaged_at, "since": now}
        self._store.put("damaged", {"_id": ident, **place, **damage})
        for row in self._store.all("parked"):
            if all(row[name] == value for name, value in place.items()):
                self._store.put("parked", {**row, "state": BEHIND})
