"""Judges what R1 left: histories of the writers against the bare documents of the database.

Imports neither a service nor chassis: it knows the stored shapes from the documents alone.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bson.codec_options import CodecOptions
from bson.raw_bson import RawBSONDocument

Rows = dict[str, list[Any]]


@dataclass
class Verdict:
    """Sentences about what is torn, what was lost and what happened twice."""

    acknowledged: int = 0
    refused: int = 0
    writes: int = 0
    torn: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        return not self.torn and not self.lost


def judge(database: Any, histories: list[Path]) -> Verdict:
    """State, audit, outbox and idempotency must tell the same story, and all that was promised."""
    names = ("things", "audit_entries", "outbox", "idempotency")
    raw: CodecOptions[Any] = CodecOptions(document_class=RawBSONDocument, tz_aware=True)
    rows = {name: list(database.get_collection(name, codec_options=raw).find()) for name in names}
    verdict = Verdict(writes=len(rows["audit_entries"]))
    _check_states(rows, verdict)
    _check_records(rows, verdict)
    for file in histories:
        _check_history(file, {row["key"]: row for row in rows["idempotency"]}, verdict)
    return verdict


def _check_states(rows: Rows, verdict: Verdict) -> None:
    entries: dict[str, dict[int, Any]] = defaultdict(dict)
    for entry in rows["audit_entries"]:
        entries[entry["aggregate_id"]][entry["rev_after"]] = entry
    sequences: dict[str, list[int]] = defaultdict(list)
    for row in rows["outbox"]:
        sequences[row["aggregate_id"]].append(row["sequence"])
    things = {thing["_id"]: thing for thing in rows["things"]}
    for ident in sorted({*entries, *sequences} - set(things)):
        verdict.torn.append(f"{ident} has entries or facts and no state")
    for ident, thing in things.items():
        _check_thing(thing, entries[ident], sorted(sequences[ident]), verdict=verdict)


def _check_thing(
    thing: Any, entries: dict[int, Any], sequences: list[int], *, verdict: Verdict
) -> None:
    ident, wanted = thing["_id"], list(range(1, thing["rev"] + 1))
    if sorted(entries) != wanted:
        verdict.torn.append(f"{ident} at {thing['rev']} has entries {sorted(entries)}")
    elif entries[thing["rev"]]["hash"] != hashlib.sha256(thing.raw).hexdigest():
        verdict.torn.append(f"{ident} is not what its last entry hashed")
    if sequences != wanted or thing["seq"] != thing["rev"]:
        verdict.torn.append(f"{ident} at {thing['rev']} spoke {sequences}")
    if thing["count"] != thing["rev"] - 1:
        verdict.torn.append(f"{ident} counts {thing['count']} after {thing['rev']} writes")


def _check_records(rows: Rows, verdict: Verdict) -> None:
    written = Counter((row["aggregate_id"], row["rev_after"]) for row in rows["audit_entries"])
    answered: Counter[tuple[str, int]] = Counter()
    for record in rows["idempotency"]:
        if record["answer"] is not None:
            answer = json.loads(record["answer"])
            answered[answer["id"], answer["rev"]] += 1
        elif record["refusal"] is None:
            verdict.torn.append(f"{record['key']} has a record without an answer")
    for place in sorted((written - answered) + (answered - written)):
        verdict.torn.append(f"{place}: {written[place]} writes, {answered[place]} answers")


def _check_history(file: Path, records: dict[str, Any], verdict: Verdict) -> None:
    for line in file.read_text().splitlines():
        item = json.loads(line)
        if "acknowledged" not in item:
            continue
        verdict.acknowledged += 1
        verdict.refused += item["refusal"] is not None
        record = records.get(item["acknowledged"])
        if record is None or _told(record) != (item["answer"], item["refusal"]):
            verdict.lost.append(f"{item['acknowledged']} was told {item}, stored is {record}")


def _told(record: Any) -> tuple[str | None, str | None]:
    answer, refusal = record["answer"], record["refusal"]
    return (answer.decode() if answer is not None else None, refusal["code"] if refusal else None)
