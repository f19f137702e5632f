"""The audit log is sealed soon, and whatever is done to it behind its back is found (A1)."""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import msgspec
import pytest
from pymongo import MongoClient

from chassis.audit.chain import Row, block_digest, new_block, public_key, signed_root, signing_key
from chassis.audit.sealer import Sealer, SealerParts
from chassis.audit.verifier import Fault, Report, verify
from chassis.clock import FixedClock
from chassis.leases import LeaseStore
from chassis.mongo.client import connect
from chassis.mongo.factory import WorkFactory
from tests.support.storage import ACME, GLOBEX, MOMENT, Thing, a_person, a_thing, mongo_factory

Client = MongoClient[dict[str, Any]]
KEY = signing_key("a secret of tests")
SEED = int(os.environ.get("FAULTS_SEED", "20260301"))
MUTATIONS = int(os.environ.get("FAULTS_MUTATIONS", "120"))


@dataclass
class Log:
    """A database with an audit log, its sealer and its clock."""

    factory: WorkFactory
    clock: FixedClock
    sealer: Sealer

    @property
    def rows(self) -> Any:
        return self.factory.database.unguarded

    def verify(self) -> Report:
        return verify(self.rows, collections=["things"], key=public_key(KEY))

    def write(self, org_id: str, name: str, times: int) -> None:
        thing = a_thing(org_id=org_id, name=name)
        for count in range(times):
            after = msgspec.structs.replace(thing, count=count)
            write = "save" if thing.rev else "add"
            thing = self.factory.run(a_person(org_id), org_id, partial(_apply, write, after))


def _apply(write: str, thing: Thing, work: Any) -> Thing:
    stored: Thing = getattr(work, write)(thing)
    return stored


def _sealer(factory: WorkFactory, clock: FixedClock, owner: str) -> Sealer:
    parts = SealerParts(factory.client, factory.database, factory.service, owner, KEY)
    return Sealer(parts, LeaseStore(factory.database), clock)


@pytest.fixture
def log(mongo_uri: str, worker_namespace: str) -> Iterator[Log]:
    with connect(mongo_uri, app_name="tests") as client:
        clock = FixedClock(MOMENT)
        factory = mongo_factory(client, worker_namespace, clock)
        yield Log(factory, clock, _sealer(factory, clock, "one"))


@pytest.fixture
def full_log(log: Log) -> Log:
    """Three sealed blocks of one organization, one of another, two roots and an unsealed tail."""
    for block in range(3):
        log.write(ACME, f"thing {block}", 3)
        log.sealer.step()
        log.clock.advance(1800)
    log.write(GLOBEX, "other", 2)
    log.sealer.step()
    log.write(ACME, "tail", 2)
    return log


def test_entries_are_sealed_in_one_chain_per_organization(full_log: Log) -> None:
    blocks = list(full_log.rows["audit_chain"].find().sort("_id", 1))
    places = [(block["org_id"], block["number"]) for block in blocks]
    assert sorted(places) == sorted([(ACME, 1), (ACME, 2), (ACME, 3), (GLOBEX, 1)])
    mine = [block for block in blocks if block["org_id"] == ACME]
    assert [block["previous"] for block in mine] == ["", mine[0]["digest"], mine[1]["digest"]]
    assert full_log.rows["audit_entries"].count_documents({"sealed": False}) == 2


def test_an_untouched_log_has_no_findings(full_log: Log) -> None:
    report = full_log.verify()
    assert report.findings == []
    assert (report.entries, report.blocks, report.documents) == (13, 4, 5)


def test_roots_are_signed_once_an_hour(full_log: Log) -> None:
    assert not full_log.sealer.sign_hour()
    assert full_log.rows["audit_roots"].count_documents({}) == 2
    full_log.clock.advance(3600)
    assert full_log.sealer.sign_hour()
    assert full_log.verify().findings == []


def test_a_root_signed_by_another_key_is_found(full_log: Log) -> None:
    root = full_log.rows["audit_roots"].find_one()
    forged = signed_root(root, signing_key("another secret"))
    full_log.rows["audit_roots"].replace_one({"_id": root["_id"]}, forged)
    assert [one.fault for one in full_log.verify().findings] == [Fault.ROOT_EDITED]


def test_only_one_sealer_works_and_the_next_goes_on(log: Log) -> None:
    other = _sealer(log.factory, log.clock, "two")
    log.write(ACME, "one", 1)
    log.sealer.step()
    log.write(ACME, "two", 1)
    assert other.step() > 0
    assert log.rows["audit_entries"].count_documents({"sealed": False}) == 1
    log.sealer.close()
    other.step()
    assert log.rows["audit_entries"].count_documents({"sealed": False}) == 0
    assert log.verify().findings == []


def test_two_sealers_without_a_lease_do_not_fork_the_chain(log: Log) -> None:
    other = _sealer(log.factory, log.clock, "two")
    for number in range(5):
        log.write(ACME, f"thing {number}", 1)
        assert {log.sealer.seal(), other.seal()} == {0, 1}
    assert log.verify().findings == []


def test_a_removed_row_leaves_a_complete_history(full_log: Log) -> None:
    thing = full_log.factory.reader(ACME).find(Thing, name="tail")[0]
    full_log.factory.run(a_person(), ACME, lambda work: work.remove(thing))
    full_log.sealer.step()
    assert full_log.verify().findings == []


def test_a_chain_that_was_cut_and_rebuilt_is_found_by_the_signed_root(full_log: Log) -> None:
    """Somebody with write access and our code removes the newest block and seals again."""
    full_log.clock.advance(3600)
    full_log.sealer.sign_hour()
    rows = full_log.rows
    last = rows["audit_chain"].find_one({"org_id": ACME, "number": 3})
    before = rows["audit_chain"].find_one({"org_id": ACME, "number": 2})
    entry = rows["audit_entries"].find_one({"_id": last["entries"][-1]["id"]})
    rows["audit_entries"].update_one({"_id": entry["_id"]}, {"$set": {"reason": "other"}})
    entries = [rows["audit_entries"].find_one({"_id": one["id"]}) for one in last["entries"]]
    rebuilt = new_block(entries, service="workflow", head=before, at=last["sealed_at"])
    rows["audit_chain"].replace_one({"_id": last["_id"]}, rebuilt)
    findings = full_log.verify().findings
    assert {(one.fault, one.where) for one in findings} == {(Fault.CHAIN_TRUNCATED, last["_id"])}


Mutation = Callable[[Any, random.Random], list[str]]
"""Changes the database, and names the ids at one of which the verifier has to find it."""


def _pick(rows: Any, dice: random.Random, query: Row) -> Row:
    found = list(rows.find(query).sort("_id", 1))
    return dict(dice.choice(found))


def _edit_entry(rows: Any, dice: random.Random) -> list[str]:
    entry = _pick(rows["audit_entries"], dice, {"sealed": True})
    name = dice.choice(["reason", "actor", "at", "hash", "aggregate_id", "org_id", "rev_after"])
    changed = {"at": MOMENT.replace(year=2020), "actor": {}, "rev_after": 77}.get(name, "forged")
    rows["audit_entries"].update_one({"_id": entry["_id"]}, {"$set": {name: changed}})
    return [entry["_id"]]


def _remove_entry(rows: Any, dice: random.Random) -> list[str]:
    entry = _pick(rows["audit_entries"], dice, {})
    rows["audit_entries"].delete_one({"_id": entry["_id"]})
    state = f"things/{entry['aggregate_id']}"
    later = entry["_id"].rpartition("/")[0] + f"/{entry['rev_after'] + 1:09d}"
    return [entry["_id"], state, later]


def _swap_entries(rows: Any, dice: random.Random) -> list[str]:
    one = _pick(rows["audit_entries"], dice, {"sealed": True})
    two = _pick(rows["audit_entries"], dice, {"sealed": True, "_id": {"$ne": one["_id"]}})
    for a, b in ((one, two), (two, one)):
        rows["audit_entries"].replace_one({"_id": a["_id"]}, {**b, "_id": a["_id"]})
    return [one["_id"], two["_id"]]


def _reopen_entry(rows: Any, dice: random.Random) -> list[str]:
    entry = _pick(rows["audit_entries"], dice, {"sealed": True})
    rows["audit_entries"].update_one({"_id": entry["_id"]}, {"$set": {"sealed": False}})
    return [entry["_id"]]


def _forge_entry(rows: Any, dice: random.Random) -> list[str]:
    entry = _pick(rows["audit_entries"], dice, {})
    rev = entry["rev_after"] + dice.randint(10, 20)
    ident = entry["_id"].rpartition("/")[0] + f"/{rev:09d}"
    forged = {**entry, "_id": ident, "rev_after": rev, "rev_before": rev - 1}
    rows["audit_entries"].insert_one({**forged, "sealed": dice.random() < 0.5})
    return [ident]


def _remove_block(rows: Any, dice: random.Random) -> list[str]:
    block = _pick(rows["audit_chain"], dice, {})
    rows["audit_chain"].delete_one({"_id": block["_id"]})
    return [one["id"] for one in block["entries"]]


def _truncate(rows: Any, dice: random.Random) -> list[str]:
    """The newest blocks go together with everything they sealed."""
    first = dice.randint(1, 3)
    places = []
    for block in rows["audit_chain"].find({"org_id": ACME, "number": {"$gte": first}}):
        idents = [one["id"] for one in block["entries"]]
        places += [f"things/{ident.split('/')[2]}" for ident in idents]
        rows["audit_entries"].delete_many({"_id": {"$in": idents}})
        rows["audit_chain"].delete_one({"_id": block["_id"]})
    return places


def _reorder_blocks(rows: Any, dice: random.Random) -> list[str]:
    one, two = dice.sample(list(rows["audit_chain"].find({"org_id": ACME}).sort("_id", 1)), 2)
    for a, b in ((one, two), (two, one)):
        place = {"_id": a["_id"], "number": a["number"] + 100}
        rows["audit_chain"].replace_one({"_id": a["_id"]}, {**b, **place})
    for a in (one, two):
        rows["audit_chain"].update_one({"_id": a["_id"]}, {"$set": {"number": a["number"]}})
    return [one["_id"], two["_id"]]


def _edit_block(rows: Any, dice: random.Random) -> list[str]:
    """Sometimes with a digest that fits again, which then breaks the block after it."""
    block = _pick(rows["audit_chain"], dice, {"org_id": ACME, "number": {"$lt": 3}})
    block["entries"] = block["entries"][:-1]
    if dice.random() < 0.5:
        block["digest"] = block_digest(block)
    rows["audit_chain"].replace_one({"_id": block["_id"]}, block)
    return [block["_id"], f"{ACME}/{block['number'] + 1:09d}"]


def _edit_state(rows: Any, dice: random.Random) -> list[str]:
    thing = _pick(rows["things"], dice, {})
    change = dice.choice([{"count": 999}, {"rev": 1}, {"rev": 50}, {"extra": 1}, {"name": "x"}])
    rows["things"].update_one({"_id": thing["_id"]}, {"$set": change})
    return [f"things/{thing['_id']}", _last_entry(rows, thing)]


def _remove_state(rows: Any, dice: random.Random) -> list[str]:
    thing = _pick(rows["things"], dice, {})
    place = _last_entry(rows, thing)
    rows["things"].delete_one({"_id": thing["_id"]})
    return [place]


def _forge_state(rows: Any, dice: random.Random) -> list[str]:
    ident = f"forged-{dice.randint(1, 99)}"
    rows["things"].insert_one({"_id": ident, "org_id": ACME, "rev": 1, "name": ident})
    return [f"things/{ident}"]


def _edit_root(rows: Any, dice: random.Random) -> list[str]:
    root = _pick(rows["audit_roots"], dice, {})
    change = dice.choice([{"heads": []}, {"signature": "00"}, {"previous": "forged"}])
    rows["audit_roots"].update_one({"_id": root["_id"]}, {"$set": change})
    return [root["_id"]]


def _last_entry(rows: Any, thing: Row) -> str:
    entries = rows["audit_entries"].find({"aggregate_id": thing["_id"]})
    return str(max(entry["_id"] for entry in entries))


MUTATIONS_KNOWN: tuple[Mutation, ...] = (
    _edit_entry,
    _remove_entry,
    _swap_entries,
    _reopen_entry,
    _forge_entry,
    _remove_block,
    _truncate,
    _reorder_blocks,
    _edit_block,
    _edit_state,
    _remove_state,
    _forge_state,
    _edit_root,
)
TOUCHED = ("audit_entries", "audit_chain", "audit_roots", "things")


@pytest.mark.timeout(600)
def test_every_random_mutation_is_found_and_located(full_log: Log) -> None:
    """FAULTS_MUTATIONS of them, made directly in the database and undone after each."""
    dice = random.Random(SEED)
    rows = full_log.rows
    saved = {name: list(rows[name].find()) for name in TOUCHED}
    missed = []
    for number in range(MUTATIONS):
        mutate = MUTATIONS_KNOWN[number % len(MUTATIONS_KNOWN)]
        places = mutate(rows, dice)
        found = {one.where for one in full_log.verify().findings}
        if not found.intersection(places):
            missed.append((mutate.__name__, places, found))
        _restore(rows, saved)
    assert missed == [], f"seed {SEED}"
    assert full_log.verify().findings == []


def _restore(rows: Any, saved: dict[str, list[Row]]) -> None:
    for name, documents in saved.items():
        if list(rows[name].find()) != documents:
            rows[name].delete_many({})
            rows[name].insert_many(documents)
