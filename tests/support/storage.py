"""A small kind of entity with its document, for tests of what stores entities."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import mongoengine as me
import msgspec
from pymongo import MongoClient

from chassis.clock import FixedClock
from chassis.ids import SystemIds, derived
from chassis.memory.work import MemoryWorkFactory
from chassis.mongo.client import database_name
from chassis.mongo.documents import TenantDocument
from chassis.mongo.factory import WorkFactory
from chassis.mongo.mapping import Mapping, Mappings
from chassis.ports import Actor, ActorKind, Clock, Entity
from chassis.prepare import ServicePlan, prepare
from contracts.workflow.organizations import UnitAdded, UnitChanged

SERVICE = "storage"
ACME = derived("organization", "acme")
GLOBEX = derived("organization", "globex")
MOMENT = datetime(2026, 3, 2, 9, 0, 0, 250_000, tzinfo=UTC)


class Colour(StrEnum):
    """To show how enumerations are stored."""

    RED = "red"
    BLUE = "blue"


class Size(msgspec.Struct, frozen=True, kw_only=True):
    """To show how embedded values are stored."""

    width: int = 1
    label: str = ""


class Thing(Entity, frozen=True, kw_only=True):
    """An aggregate of no meaning; its name is unique in its organization."""

    name: str
    colour: Colour = Colour.RED
    size: Size = Size()
    tags: tuple[str, ...] = ()
    sizes: tuple[Size, ...] = ()
    seen_at: datetime | None = None
    payload: bytes = b""
    count: int = 0


class ThingDocument(TenantDocument):
    """How things are stored."""

    meta = {
        "collection": "things",
        "indexes": [
            {"fields": ("org_id", "name"), "unique": True},
            {"fields": ("org_id", "colour", "id")},
        ],
    }

    name = me.StringField(required=True)
    colour = me.StringField(required=True)
    size = me.DictField()
    tags = me.ListField(me.StringField())
    sizes = me.ListField(me.DictField())
    seen_at = me.DateTimeField()
    payload = me.BinaryField()
    count = me.IntField()


MAPPINGS = Mappings([Mapping(Thing, ThingDocument)])
PLAN = ServicePlan(service=SERVICE, documents=[ThingDocument])


def a_person(org_id: str | None = ACME, **fields: Any) -> Actor:
    """Somebody who acts."""
    defaults = {"kind": ActorKind.PERSON, "account_id": "account-1", "person_id": "person-1"}
    return Actor(**{**defaults, "org_id": org_id, **fields})


def a_thing(**fields: Any) -> Thing:
    """A thing with an id derived from its organization and name."""
    values = {"org_id": ACME, "name": "one", **fields}
    ident = derived("thing", values["org_id"], values["name"])
    return Thing(**{"id": ident, **values})


def added(thing: Thing) -> UnitAdded:
    """The fact of a new thing."""
    return UnitAdded(unit_id=thing.id, name=thing.name, parent_id=None, time_zone="UTC")


def changed(thing: Thing) -> UnitChanged:
    """The fact of a change."""
    return UnitChanged(unit_id=thing.id, name=thing.name, parent_id=None, time_zone="UTC")


def memory_factory(clock: Clock | None = None) -> MemoryWorkFactory:
    """The twin."""
    clock = clock or FixedClock(MOMENT)
    return MemoryWorkFactory(MAPPINGS, clock, SystemIds(clock), SERVICE)


def mongo_factory(
    client: MongoClient[dict[str, Any]], namespace: str, clock: Clock | None = None
) -> WorkFactory:
    """The real one, prepared and empty; tests of one worker may share the namespace."""
    name = database_name(namespace, SERVICE)
    if client[name]["prepared"].find_one() is None:
        prepare(client, namespace, [PLAN])
    for collection in set(PLAN.indexes()) - {"prepared"}:
        client[name][collection].delete_many({})
    clock = clock or FixedClock(MOMENT)
    return WorkFactory(client, name, MAPPINGS, clock, SystemIds(clock), SERVICE)


Rows = Callable[[str], list[dict[str, Any]]]


def memory_rows(factory: MemoryWorkFactory) -> Rows:
    """Everything a collection holds, in the order of ids."""
    return factory.store.all


def mongo_rows(factory: WorkFactory) -> Rows:
    """Everything a collection holds, in the order of ids."""
    bare = factory.database.unguarded
    return lambda name: list(bare[name].find().sort("_id", 1))
