"""Makes a database ready: collections, unique indexes, other indexes, migrations, users (rule 15).

Everything may run twice. Processes compare ``prepared`` with what their code needs and stop with a
sentence if it is older.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

import mongoengine as me
from pymongo import IndexModel, MongoClient
from pymongo.database import Database

from chassis.errors import BadSettings
from chassis.layout import STANDARD
from chassis.mongo.client import database_name
from chassis.mongo.users import ensure_user
from chassis.tenancy.guard import GuardedDatabase

LAYOUT_VERSION: Final = 1
"""Goes up when STANDARD changes."""

Bare = Database[dict[str, Any]]


@dataclass(frozen=True)
class Migration:
    """One change of stored shapes: one file, safe to run twice, old readers still understand."""

    name: str
    run: Callable[[Bare], None]


@dataclass(frozen=True)
class ServicePlan:
    """What a service stores. ``collections`` are those without a mongoengine document."""

    service: str
    documents: Sequence[type[me.Document]] = ()
    collections: Mapping[str, Sequence[IndexModel]] = field(default_factory=dict)
    migrations: Sequence[Migration] = ()

    @property
    def version(self) -> int:
        """Only ever goes up: migrations are appended, never removed."""
        return LAYOUT_VERSION + len(self.migrations)

    def indexes(self) -> dict[str, list[IndexModel]]:
        """Collection -> indexes: the standard ones, the documents' and the others."""
        wanted = {name: list(models) for name, models in STANDARD.items()}
        for document in self.documents:
            name = document._get_collection_name()  # noqa: SLF001 - the only reader there is
            wanted.setdefault(name, []).extend(declared_indexes(document))
        for name, models in self.collections.items():
            wanted.setdefault(name, []).extend(models)
        return wanted


def declared_indexes(document: type[me.Document]) -> list[IndexModel]:
    """The indexes of ``meta["indexes"]``."""
    models = []
    for spec in document._meta["index_specs"]:  # noqa: SLF001 - the parsed declaration
        options = {key: value for key, value in spec.items() if key not in {"fields", "cls"}}
        models.append(IndexModel(spec["fields"], **options))
    return models


def prepare(  # noqa: PLR0917 - an installer's call, read once
    client: MongoClient[dict[str, Any]],
    namespace: str,
    plans: Sequence[ServicePlan],
    passwords: Mapping[str, str] | None = None,
) -> None:
    """Make every service's database and, with ``passwords`` by service, its user.

    ``client`` is an administrator's. A unique index that the data contradict raises pymongo's
    DuplicateKeyError before any migration runs.
    """
    for plan in plans:
        prepare_database(client[database_name(namespace, plan.service)], plan)
    for service, password in (passwords or {}).items():
        ensure_user(client, namespace, service, password=password)


def prepare_database(database: Bare, plan: ServicePlan) -> None:
    """Collections, unique indexes, other indexes, migrations, then the stored version."""
    wanted = plan.indexes()
    known = set(database.list_collection_names())
    for name in sorted(set(wanted) - known):
        database.create_collection(name)
    for is_unique in (True, False):
        for name, models in wanted.items():
            chosen = [one for one in models if bool(one.document.get("unique")) is is_unique]
            if chosen:
                database[name].create_indexes(chosen)
    _migrate(database, plan)


def check_prepared(database: GuardedDatabase, plan: ServicePlan) -> None:
    """BadSettings with the cure if `rostrum prepare` has not run for this code."""
    stored = _stored_version(database.unguarded)
    if stored < plan.version:
        sentence = (
            f"database {database.name} is prepared for version {stored} of {plan.service}, "
            f"this code needs {plan.version}: run `rostrum prepare` first"
        )
        raise BadSettings([sentence])


def _stored_version(database: Bare) -> int:
    found = database["prepared"].find_one({"_id": "prepared"})
    return int(found["version"]) if found else 0


def _migrate(database: Bare, plan: ServicePlan) -> None:
    found = database["prepared"].find_one({"_id": "prepared"}) or {"migrations": []}
    done: list[str] = found["migrations"]
    for migration in plan.migrations:
        if migration.name not in done:
            migration.run(database)
            done.append(migration.name)
    version = max(plan.version, int(found.get("version", 0)))
    stored = {"version": version, "migrations": done, "at": datetime.now(UTC)}
    database["prepared"].replace_one({"_id": "prepared"}, stored, upsert=True)
