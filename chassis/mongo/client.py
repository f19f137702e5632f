"""Connections with the promises of rule 17 built in: majority and journal on every write."""

from __future__ import annotations

from typing import Any, Final

from pymongo import MongoClient

from chassis.tenancy.guard import GuardedDatabase

SUFFIXES: Final = {"graphql_gateway": "gateway"}
"""Services whose database is not called like the service."""

SELECTION_TIMEOUT_MS: Final = 5_000
"""How long a call waits for a primary before it says Unavailable; a restart takes about one second."""


def connect(uri: str, *, app_name: str) -> MongoClient[dict[str, Any]]:
    """A client with aware times, w=majority, j=true and majority reads. Connects lazily."""
    return MongoClient(
        uri,
        appname=app_name,
        tz_aware=True,
        uuidRepresentation="standard",
        w="majority",
        journal=True,
        readConcernLevel="majority",
        serverSelectionTimeoutMS=SELECTION_TIMEOUT_MS,
        connect=False,
    )


def database_name(namespace: str, service: str) -> str:
    """``<namespace>_<service>``; the gateway's is ``<namespace>_gateway`` (rule 16)."""
    return f"{namespace}_{SUFFIXES.get(service, service)}"


def guarded_database(client: MongoClient[dict[str, Any]], name: str) -> GuardedDatabase:
    """The database behind the tenant guard."""
    return GuardedDatabase(client[name])
