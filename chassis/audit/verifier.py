"""Finds and locates what was changed behind the log's back.

Stands alone: it reads a database with the bare driver, trusts nothing in it but signatures made
with the key it was given, and imports no service. It reads one snapshot, so it may run live.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from bson.codec_options import CodecOptions
from bson.raw_bson import RawBSONDocument
from pymongo.client_session import ClientSession
from pymongo.database import Database

from chassis.audit.chain import Row, block_digest, entry_hash, is_signed, root_digest
from chassis.mongo.stamp import entry_id


class Fault(StrEnum):
    """What can be wrong, named after what somebody did."""

    ENTRY_EDITED = "entry edited"
    ENTRY_REMOVED = "entry removed"
    ENTRY_FORGED = "entry forged"
    ENTRY_OPENED = "entry opened again"
    BLOCK_EDITED = "block edited"
    BLOCK_REMOVED = "block removed"
    BLOCK_MOVED = "block moved"
    CHAIN_TRUNCATED = "chain truncated"
    ROOT_EDITED = "root edited"
    ROOT_REMOVED = "root removed"
    REVISION_MISSING = "revision missing"
    STATE_EDITED = "state edited"
    STATE_REMOVED = "state removed"
    STATE_UNAUDITED = "state without entry"


@dataclass(frozen=True)
class Finding:
    """One fault; ``where`` is the id of the entry, block, root or document it was found at."""

    fault: Fault
    where: str
    detail: str = ""


@dataclass
class Report:
    """What was read, and what was wrong with it."""

    entries: int = 0
    blocks: int = 0
    documents: int = 0
    findings: list[Finding] = field(default_factory=list)

    def add(self, fault: Fault, where: str, detail: str = "") -> None:
        """One more finding."""
        self.findings.append(Finding(fault, where, detail))


@dataclass
class _Known:
    """The entries of one organization, as far as the checks need them."""

    hashes: dict[str, str] = field(default_factory=dict)
    sealed: set[str] = field(default_factory=set)
    last: dict[tuple[str, str], Row] = field(default_factory=dict)


def verify(
    database: Database[Row], *, collections: Sequence[str] = (), key: str | None = None
) -> Report:
    """Check entries, chains and roots, and the stored state of ``collections`` against them.

    ``key`` is the public key (hex) of who signs roots; without it, roots are checked among
    themselves only. Collections are those that only units of work write.
    """
    report = Report()
    with database.client.start_session(snapshot=True) as session:
        reader = _Reader(database, session)
        digests: dict[tuple[str, int], str] = {}
        for org_id in reader.organizations(collections):
            digests |= _check_organization(reader, org_id, report)
            for collection in collections:
                _check_states(reader, (org_id, collection), report)
        _check_roots(reader, report, digests, key=key)
    return report


class _Reader:
    """Reads of one snapshot."""

    def __init__(self, database: Database[Row], session: ClientSession) -> None:
        self._database = database
        self._session = session

    def organizations(self, collections: Sequence[str]) -> list[str]:
        found: set[str] = set()
        for name in ("audit_entries", "audit_chain", *collections):
            found.update(self._database[name].distinct("org_id", session=self._session))
        return sorted(found)

    def rows(self, name: str, query: Row, order: str = "_id") -> Iterator[Row]:
        yield from self._database[name].find(query, session=self._session).sort(order, 1)

    def entries(self, org_id: str, prefix: str = "") -> Iterator[Row]:
        start = f"{org_id}/{prefix}"
        yield from self.rows("audit_entries", {"_id": {"$gte": start, "$lt": f"{start}\uffff"}})

    def strays(self, org_id: str) -> Iterator[Row]:
        inside = {"$gte": f"{org_id}/", "$lt": f"{org_id}/\uffff"}
        yield from self.rows("audit_entries", {"org_id": org_id, "_id": {"$not": inside}})

    def states(self, org_id: str, collection: str) -> Iterator[RawBSONDocument]:
        raw: CodecOptions[Any] = CodecOptions(document_class=RawBSONDocument, tz_aware=True)
        rows = self._database.get_collection(collection, codec_options=raw)
        yield from rows.find({"org_id": org_id}, session=self._session)


def _check_organization(reader: _Reader, org_id: str, report: Report) -> dict[tuple[str, int], str]:
    known = _read_entries(reader, org_id, report)
    blocks = list(reader.rows("audit_chain", {"org_id": org_id}, "number"))
    _check_chain(blocks, known, report)
    listed = {item["id"] for block in blocks for item in block.get("entries", ())}
    for ident in sorted(known.sealed - listed):
        report.add(Fault.BLOCK_REMOVED, ident, "it is marked as sealed, and no block lists it")
    return {(org_id, block["number"]): block.get("digest", "") for block in blocks}


def _read_entries(reader: _Reader, org_id: str, report: Report) -> _Known:
    known = _Known()
    for entry in reader.strays(org_id):
        report.add(Fault.ENTRY_EDITED, str(entry["_id"]), "its id names another organization")
    for entry in reader.entries(org_id):
        report.entries += 1
        ident = entry["_id"]
        known.hashes[ident] = entry_hash(entry)
        if entry.get("sealed"):
            known.sealed.add(ident)
        _check_entry(entry, known, report)
    return known


def _check_entry(entry: Row, known: _Known, report: Report) -> None:
    aggregate = (str(entry.get("kind")), str(entry.get("aggregate_id")))
    rev = entry.get("rev_after")
    if not isinstance(rev, int) or entry.get("rev_before") != rev - 1:
        report.add(Fault.ENTRY_EDITED, entry["_id"], "its revisions do not follow each other")
        return
    if entry["_id"] != entry_id(str(entry.get("org_id")), aggregate[0], (aggregate[1], rev)):
        report.add(Fault.ENTRY_EDITED, entry["_id"], "its id and its fields disagree")
        return
    before = known.last.get(aggregate)
    if rev != (before["rev_after"] + 1 if before else 1):
        since = before["rev_after"] if before else 0
        report.add(
            Fault.REVISION_MISSING, entry["_id"], f"the entry before is {since}, not {rev - 1}"
        )
    known.last[aggregate] = entry


def _check_chain(blocks: Sequence[Row], known: _Known, report: Report) -> None:
    expected, previous = 1, ""
    for block in blocks:
        report.blocks += 1
        _check_block(block, (expected, previous), report)
        _check_listed(block, known, report)
        expected, previous = block["number"] + 1, block.get("digest", "")


def _check_block(block: Row, place: tuple[int, str], report: Report) -> None:
    number, previous = place
    ident = str(block["_id"])
    if block["number"] != number:
        report.add(Fault.BLOCK_REMOVED, ident, f"number {number} is missing before it")
    elif block.get("previous") != previous:
        report.add(Fault.BLOCK_MOVED, ident, "it does not follow the block before it")
    if ident != f"{block['org_id']}/{block['number']:09d}":
        report.add(Fault.BLOCK_MOVED, ident, f"it says it is number {block['number']}")
    if block.get("digest") != block_digest(block):
        report.add(Fault.BLOCK_EDITED, ident, "its digest is not that of its fields")


def _check_listed(block: Row, known: _Known, report: Report) -> None:
    for item in block.get("entries", ()):
        ident = item["id"]
        if ident not in known.hashes:
            report.add(Fault.ENTRY_REMOVED, ident, f"sealed in {block['_id']}")
        elif known.hashes[ident] != item["hash"]:
            report.add(Fault.ENTRY_EDITED, ident, f"sealed otherwise in {block['_id']}")
        elif ident not in known.sealed:
            report.add(Fault.ENTRY_OPENED, ident, f"sealed in {block['_id']}")


def _check_states(reader: _Reader, place: tuple[str, str], report: Report) -> None:
    org_id, collection = place
    last = {entry["aggregate_id"]: entry for entry in reader.entries(org_id, f"{collection}/")}
    for raw in reader.states(org_id, collection):
        report.documents += 1
        _check_state(raw, last.pop(raw["_id"], None), collection, report=report)
    for entry in last.values():
        if entry.get("hash") is not None:
            report.add(Fault.STATE_REMOVED, entry["_id"], "nothing is stored under its id")


def _check_state(
    raw: RawBSONDocument, entry: Row | None, collection: str, *, report: Report
) -> None:
    where = f"{collection}/{raw['_id']}"
    if entry is None:
        report.add(Fault.STATE_UNAUDITED, where)
    elif entry["rev_after"] < raw.get("rev", 0):
        detail = f"state is at {raw['rev']}, the last entry at {entry['rev_after']}"
        report.add(Fault.REVISION_MISSING, where, detail)
    elif entry["rev_after"] > raw.get("rev", 0) and not entry.get("sealed"):
        report.add(Fault.ENTRY_FORGED, entry["_id"], f"the state is at {raw.get('rev')}")
    elif entry["hash"] != hashlib.sha256(raw.raw).hexdigest():
        report.add(Fault.STATE_EDITED, where, f"since {entry['_id']}")


def _check_roots(
    reader: _Reader,
    report: Report,
    digests: Mapping[tuple[str, int], str],
    *,
    key: str | None,
) -> None:
    previous = ""
    for root in reader.rows("audit_roots", {}):
        ident = str(root["_id"])
        if root.get("digest") != root_digest(root) or not is_signed(
            root, key or root.get("key", "")
        ):
            report.add(Fault.ROOT_EDITED, ident, "its signature is not that of its fields")
        if root.get("previous") != previous:
            report.add(Fault.ROOT_REMOVED, ident, "it does not follow the root before it")
        previous = root.get("digest", "")
        for head in root.get("heads", ()):
            if digests.get((head["org_id"], head["number"])) != head["digest"]:
                where = f"{head['org_id']}/{head['number']:09d}"
                report.add(Fault.CHAIN_TRUNCATED, where, f"signed in {ident}")
