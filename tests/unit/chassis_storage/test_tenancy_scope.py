"""What the guard lets through and what it refuses (S1)."""

from __future__ import annotations

from typing import Any

import pytest
from pymongo import DeleteMany, InsertOne, MongoClient, ReplaceOne, UpdateOne

from chassis.errors import UnscopedQuery
from chassis.tenancy.crossing import Crossing, cross
from chassis.tenancy.guard import GuardedCollection, GuardedDatabase
from chassis.tenancy.scope import (
    check_replacement,
    check_update,
    org_of_document,
    org_of_filter,
    org_of_pipeline,
)
from chassis.tenancy.slots import slot_of

MATCH = {"$match": {"org_id": "a"}}


@pytest.fixture
def database() -> GuardedDatabase:
    """Never connects: the guard refuses before the driver is asked."""
    return GuardedDatabase(MongoClient("mongodb://127.0.0.1:1", connect=False)["none"])


@pytest.mark.parametrize(
    "query",
    [
        {"org_id": "a"},
        {"org_id": {"$eq": "a"}, "x": 1},
        {"$and": [{"x": 1}, {"org_id": "a"}]},
        {"org_id": "a", "$or": [{"org_id": "b"}, {"x": 1}]},
    ],
)
def test_equality_with_one_organization_is_a_scope(query: dict[str, Any]) -> None:
    assert org_of_filter(query) == "a"


@pytest.mark.parametrize(
    "query",
    [
        None,
        {},
        {"x": 1},
        {"org_id": None},
        {"org_id": ""},
        {"org_id": {"$in": ["a"]}},
        {"org_id": {"$ne": "a"}},
        {"org_id": {"$gt": ""}},
        {"$or": [{"org_id": "a"}, {"x": 1}]},
        {"$and": [{"org_id": "a"}, {"org_id": "b"}]},
    ],
)
def test_anything_weaker_is_refused(query: Any) -> None:
    with pytest.raises(UnscopedQuery):
        org_of_filter(query)


@pytest.mark.parametrize(
    "tail",
    [
        [{"$lookup": {"from": "x", "as": "x", "localField": "a", "foreignField": "b"}}],
        [{"$lookup": {"from": "x", "as": "x", "pipeline": [{"$match": {"org_id": "b"}}]}}],
        [{"$unionWith": "x"}],
        [{"$unionWith": {"coll": "x", "pipeline": []}}],
        [{"$graphLookup": {"from": "x", "restrictSearchWithMatch": {}}}],
        [{"$facet": {"f": [{"$lookup": {"from": "x", "as": "x"}}]}}],
        [{"$out": "x"}],
        [{"$merge": {"into": "x"}}],
    ],
)
def test_a_pipeline_cannot_leave_its_organization(tail: list[dict[str, Any]]) -> None:
    with pytest.raises(UnscopedQuery):
        org_of_pipeline([MATCH, *tail])


def test_a_pipeline_may_join_inside_its_organization() -> None:
    join = {"$lookup": {"from": "x", "as": "x", "pipeline": [MATCH, {"$limit": 1}]}}
    assert org_of_pipeline([MATCH, join, {"$facet": {"f": [{"$count": "n"}]}}]) == "a"


def test_a_pipeline_starts_with_its_match() -> None:
    for pipeline in ([], [{"$sort": {"a": 1}}, MATCH]):
        with pytest.raises(UnscopedQuery):
            org_of_pipeline(pipeline)


@pytest.mark.parametrize(
    "update",
    [
        {"$set": {"org_id": "b"}},
        {"$unset": {"org_id": 1}},
        {"$rename": {"other": "org_id"}},
        {"$setOnInsert": {"org_id": "b"}},
        [{"$set": {"org_id": "b"}}],
        [{"$unset": "org_id"}],
        [{"$replaceWith": {}}],
    ],
)
def test_an_update_cannot_move_a_document(update: Any) -> None:
    with pytest.raises(UnscopedQuery):
        check_update({"org_id": "a"}, update)


def test_a_replacement_stays_where_it_is() -> None:
    check_replacement({"org_id": "a"}, {"org_id": "a", "x": 1})
    with pytest.raises(UnscopedQuery):
        check_replacement({"org_id": "a"}, {"org_id": "b"})
    with pytest.raises(UnscopedQuery):
        org_of_document({"x": 1})


@pytest.mark.parametrize(
    ("method", "arguments"),
    [
        ("find", ({},)),
        ("find_one", ({"_id": 1},)),
        ("count_documents", ({},)),
        ("distinct", ("x",)),
        ("aggregate", ([],)),
        ("insert_one", ({"x": 1},)),
        ("insert_many", ([{"org_id": "a"}, {"x": 1}],)),
        ("replace_one", ({"_id": 1}, {"org_id": "a"})),
        ("update_one", ({"_id": 1}, {"$set": {"x": 1}})),
        ("update_many", ({}, {"$set": {"x": 1}})),
        ("delete_one", ({},)),
        ("delete_many", ({},)),
        ("find_one_and_update", ({}, {"$set": {"x": 1}})),
        ("find_one_and_replace", ({}, {"org_id": "a"})),
        ("find_one_and_delete", ({},)),
        ("bulk_write", ([InsertOne({"x": 1})],)),
        ("bulk_write", ([UpdateOne({}, {"$set": {"x": 1}})],)),
        ("bulk_write", ([ReplaceOne({}, {"org_id": "a"})],)),
        ("bulk_write", ([DeleteMany({})],)),
        ("bulk_write", ([object()],)),
    ],
)
def test_every_call_of_a_guarded_collection_needs_an_organization(
    database: GuardedDatabase, method: str, arguments: tuple[Any, ...]
) -> None:
    with pytest.raises(UnscopedQuery):
        getattr(database["things"], method)(*arguments)


def test_the_guard_offers_nothing_it_does_not_check(database: GuardedDatabase) -> None:
    for name in ("drop", "rename", "create_index", "watch", "find_raw_batches"):
        assert not hasattr(GuardedCollection, name)
    assert isinstance(database["things"].with_options(), GuardedCollection)


def test_a_crossing_opens_only_its_own_collections(database: GuardedDatabase) -> None:
    assert cross(database, Crossing.DUE_TIMERS, "timers").name == "timers"
    with pytest.raises(UnscopedQuery, match="people is not open to due timers"):
        cross(database, Crossing.DUE_TIMERS, "people")


def test_slots_are_the_checksum_modulo_sixteen() -> None:
    assert slot_of("123456789") == 0xCBF43926 % 16
