"""Everything folded again from the log is what it was (C2)."""

from __future__ import annotations

from pathlib import Path
from threading import Thread

import pytest

from chassis.errors import Conflict
from chassis.ports import BatchWork
from services.reporting.adapters.collections import DAYS, FOLDS, GENERATIONS
from services.reporting.adapters.mongo_build import LONGEST_EXCHANGE, begin
from services.reporting.application.rebuild import rebuild
from services.reporting.domain.fold import empty
from tests.support.reporting import ORG, Speaker, approved, archive_facts, interleaved
from tests.support.reporting_store import Reporting, handle
from tests.support.twcs_figures import read

SAMPLE = Path(__file__).parents[2] / "unit" / "reporting" / "samples" / "support.csv"


@pytest.fixture
def filled(reporting: Reporting) -> Reporting:
    """With an archive folded."""
    reporting.take_all(interleaved(archive_facts(read(SAMPLE), 1), 1), 20)
    return reporting


def test_a_rebuild_changes_nothing(filled: Reporting) -> None:
    before = filled.hash()
    done = filled.rebuild()
    assert filled.hash() == before
    assert (done.lines, done.day_documents) == (len(filled.folds()), len(filled.days()))
    assert {row["generation"] for row in filled.folds()} == {1}


def test_a_rebuild_repairs_what_somebody_spoiled(filled: Reporting) -> None:
    before = filled.hash()
    bare = filled.factory.database.unguarded
    bare[DAYS].update_one({}, {"$inc": {"counts.mentions": 7}})
    bare[DAYS].delete_one({"counts.replies": 1})
    bare[FOLDS].update_one({}, {"$set": {"shares": []}})
    assert filled.hash() != before
    filled.rebuild()
    assert filled.hash() == before


def test_facts_go_on_being_folded_after_a_rebuild(filled: Reporting) -> None:
    filled.rebuild()
    speaker = Speaker()
    filled.take([speaker.say("item", approved("item", 60))])
    filled.take([speaker.say("item", approved("item", 61))])
    before = filled.hash()
    filled.rebuild()
    assert filled.hash() == before


def test_facts_that_come_while_a_generation_is_built_are_in_it(filled: Reporting) -> None:
    speaker = Speaker()
    filled.take([speaker.say("early", approved("early", 60))])
    build = begin(filled.factory, ORG)
    seen = list(build.logged())
    filled.take([speaker.say("early", approved("early", 61))])
    filled.take([speaker.say("late", approved("late", 62))])
    build.logged = lambda: iter(seen)  # type: ignore[method-assign]
    before = filled.hash()
    done = rebuild(ORG, build)
    assert (filled.hash(), done.caught_up) == (before, 2)


def test_a_batch_that_began_before_an_exchange_and_ends_after_it_runs_again(
    filled: Reporting,
) -> None:
    fact = Speaker().say("late", approved("late", 62))
    attempts = 0

    def slow(work: BatchWork) -> None:
        nonlocal attempts
        attempts += 1
        work.database[GENERATIONS].find_one({"org_id": ORG})
        if attempts == 1:
            elsewhere = Thread(target=filled.rebuild)
            elsewhere.start()
            elsewhere.join()
        handle([fact], work)

    filled.factory.run_batch(slow)
    before = filled.hash()
    assert attempts == 2
    filled.rebuild()
    assert filled.hash() == before


def test_batches_wait_for_an_exchange_that_was_announced_but_not_for_ever(
    filled: Reporting,
) -> None:
    row = filled.factory.database.unguarded[GENERATIONS]
    announced = filled.factory.clock.now() + LONGEST_EXCHANGE
    row.update_one({"_id": ORG}, {"$set": {"live": 0, "wanted_until": announced}}, upsert=True)
    fact = Speaker().say("item", approved("item", 60))
    with pytest.raises(Conflict, match="goes first"):
        filled.take([fact])
    row.update_one({"_id": ORG}, {"$set": {"wanted_until": announced - LONGEST_EXCHANGE}})
    filled.take([fact])


def test_a_rebuild_that_was_overtaken_gives_up(filled: Reporting) -> None:
    before = filled.hash()
    overtaken = begin(filled.factory, ORG)
    filled.rebuild()
    with pytest.raises(Conflict, match="another rebuild"):
        rebuild(ORG, overtaken)
    assert filled.hash() == before


def test_what_a_rebuild_that_died_left_behind_is_deleted(filled: Reporting) -> None:
    died = begin(filled.factory, ORG)
    died.put([empty(line) for logged in died.logged() for line, _ in logged])
    filled.rebuild()
    assert {row["generation"] for row in filled.folds()} == {2}


def test_one_organization_is_rebuilt_without_touching_another(filled: Reporting) -> None:
    filled.take([Speaker("other-org").say("item", approved("item", 60))])
    before = filled.days("other-org")
    filled.rebuild()
    assert filled.days("other-org") == before
