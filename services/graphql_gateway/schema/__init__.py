"""The shelf of GraphQL areas. A new area is a new folder; nothing lists them."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from types import ModuleType

import msgspec
from graphql import GraphQLSchema

from services.graphql_gateway.execution.bindings import Act, FieldBinding, ObjectBinding, Stream
from services.graphql_gateway.execution.build import build
from services.graphql_gateway.execution.events import event_types
from services.graphql_gateway.execution.mutations import USER_ERROR, payloads
from services.graphql_gateway.execution.registry import Registry


class RootPart(msgspec.Struct):
    """The row under the root fields: what the token says."""

    org_id: str | None
    review_settings_id: str | None


@dataclass
class Areas:
    """Everything the areas declare, merged."""

    types: list[ObjectBinding] = field(default_factory=list)
    queries: dict[str, FieldBinding] = field(default_factory=dict)
    mutations: dict[str, Act] = field(default_factory=dict)
    subscriptions: dict[str, Stream] = field(default_factory=dict)


def _modules() -> Iterator[ModuleType]:
    for area in pkgutil.iter_modules(__path__):
        package = importlib.import_module(f"{__name__}.{area.name}")
        for part in pkgutil.iter_modules(package.__path__):
            yield importlib.import_module(f"{package.__name__}.{part.name}")


def areas() -> Areas:
    """What the folders of this shelf declare."""
    found = Areas()
    for module in _modules():
        found.types += getattr(module, "TYPES", [])
        found.queries |= getattr(module, "QUERIES", {})
        found.mutations |= getattr(module, "MUTATIONS", {})
        found.subscriptions |= getattr(module, "SUBSCRIPTIONS", {})
    return found


def registry() -> Registry:
    """Every type of the schema, roots and payloads included."""
    found = areas()
    query = ObjectBinding("Query", RootPart, "Everything that can be read.", found.queries)
    mutation = ObjectBinding(
        "Mutation", RootPart, "Everything that can be ordered.", dict(found.mutations)
    )
    subscription = ObjectBinding(
        "Subscription", RootPart, "What can be listened to.", dict(found.subscriptions)
    )
    made = [*payloads(mutation), *event_types(subscription)]
    return Registry([*found.types, query, mutation, subscription, USER_ERROR, *made])


@cache
def built() -> tuple[Registry, GraphQLSchema]:
    """Every type with the executable schema made of them: the same for the life of a process."""
    found = registry()
    return found, build(found)
