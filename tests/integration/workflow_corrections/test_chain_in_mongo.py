"""The chain of corrections on a real mongod: one line under parallel orders, and tamper-evident."""

from __future__ import annotations

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from chassis.mongo.factory import WorkFactory
from contracts.workflow.content import Variant
from contracts.workflow.corrections import (
    AssessCorrection,
    CorrectionKind,
    DraftCorrection,
    ErrorClass,
    ReportMistake,
)
from services.workflow.domain.corrections.chain import ChainHead, CorrectionEntry, Flaw, verify
from services.workflow.domain.corrections.correction import Correction
from tests.integration.workflow_views.corrections import Mistake
from tests.unit.workflow_organizations.office import AnyOffice

AT_ONCE = 6
SEED = 20_260_302
Tamper = Callable[[Any, str, random.Random], None]


def flaws(office: AnyOffice, factory: WorkFactory) -> list[Flaw]:
    """What the verifier finds now."""
    reader = factory.reader(office.org_id)
    entries = reader.find(CorrectionEntry, order="n")
    return verify(entries, reader.first(ChainHead), reader.find(Correction))


def test_corrections_at_once_make_one_line(
    office: AnyOffice, factory: WorkFactory, mistaken: Mistake
) -> None:
    items = [
        mistaken.out(*mistaken.place, f"Notice {n} about bus line {n}.") for n in range(AT_ONCE)
    ]

    def put_right(content_id: str) -> None:
        report = ReportMistake(content_id=content_id, what_was_wrong="It is another line.")
        ident = str(office.give(report, mistaken.author).id)
        verdict = AssessCorrection(correction_id=ident, error_class=ErrorClass.FACTUAL, severity=0)
        office.give(verdict, mistaken.reviewer)
        draft = DraftCorrection(
            correction_id=ident,
            kind=CorrectionKind.EDIT,
            what_was_wrong="The line.",
            what_is_right="Line 7.",
            words=(Variant(channel_id=mistaken.place[1], text="About line 7."),),
        )
        office.give(draft, mistaken.author)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(put_right, items))
    assert flaws(office, factory) == []
    entries = factory.reader(office.org_id).find(CorrectionEntry, order="n")
    assert [entry.n for entry in entries] == list(range(1, len(entries) + 1))
    assert len({entry.correction_id for entry in entries}) == AT_ONCE + 1


def _edit_correction(database: Any, org_id: str, chance: random.Random) -> None:
    name = chance.choice(("what_was_wrong", "lesson", "drafted_by", "severity", "targets"))
    worse = {"severity": 3 + chance.randrange(1, 9), "targets": []}.get(name, "something else")
    database["corrections"].update_one({"org_id": org_id}, {"$set": {name: worse}})


def _edit_link(database: Any, org_id: str, chance: random.Random) -> None:
    name = chance.choice(("public_json", "private_json", "hash", "previous_hash", "private_hash"))
    n = chance.randrange(1, database["correction_entries"].count_documents({"org_id": org_id}) + 1)
    where = {"org_id": org_id, "n": n}
    database["correction_entries"].update_one(where, {"$set": {name: "x"}})


def _delete_link(database: Any, org_id: str, chance: random.Random) -> None:
    n = chance.randrange(1, database["correction_entries"].count_documents({"org_id": org_id}) + 1)
    database["correction_entries"].delete_one({"org_id": org_id, "n": n})


def _swap_links(database: Any, org_id: str, chance: random.Random) -> None:
    n = chance.randrange(1, database["correction_entries"].count_documents({"org_id": org_id}))
    links = database["correction_entries"]
    for old, new in ((n, -1), (n + 1, n), (-1, n + 1)):
        links.update_one({"org_id": org_id, "n": old}, {"$set": {"n": new}})


def _delete_correction(database: Any, org_id: str, _chance: random.Random) -> None:
    database["corrections"].delete_one({"org_id": org_id})


@pytest.mark.parametrize(
    "tamper", [_edit_correction, _edit_link, _delete_link, _swap_links, _delete_correction]
)
def test_what_is_changed_in_the_database_itself_is_found(
    office: AnyOffice, factory: WorkFactory, mistaken: Mistake, tamper: Tamper
) -> None:
    assert flaws(office, factory) == []
    bare = factory.client[factory.database.name]
    copies = {name: list(bare[name].find()) for name in ("corrections", "correction_entries")}
    for turn in range(20):
        tamper(bare, office.org_id, random.Random(SEED + turn))
        assert flaws(office, factory), f"{tamper.__name__}, seed {SEED + turn}"
        for name, rows in copies.items():
            bare[name].delete_many({"org_id": office.org_id})
            bare[name].insert_many(rows)
    assert flaws(office, factory) == []
