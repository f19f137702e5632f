"""Ingest's parts for tests: stores that are prepared, and a workflow that says what it is told to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from pymongo import MongoClient

from chassis.clock import FixedClock
from chassis.ids import SystemIds, derived
from chassis.memory.work import MemoryWorkFactory
from chassis.mongo.client import connect, database_name
from chassis.mongo.factory import WorkFactory
from chassis.ports import Actor, ActorKind, Clock
from chassis.prepare import prepare
from contracts.commands import Answer, Command
from contracts.ingest import Health
from contracts.workflow.channels import ChannelAccess, ChannelState, Platform
from contracts.workflow.deliveries import Outcome, Purpose
from services.ingest.adapters.cipher import AesGcmCipher
from services.ingest.application.ports import SetAside
from services.ingest.bootstrap import MAPPINGS, PLAN, SERVICE
from services.ingest.domain.listening.arrival import Arrival

ORG = derived("organization", "citywater")
CHANNEL = derived("channel", "citywater", "mastodon")
MOMENT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
CIPHER = AesGcmCipher(bytes(range(32)))

Database = MongoClient[dict[str, Any]]


def a_steward(**fields: Any) -> Actor:
    """Somebody who may connect the channel."""
    defaults = {"kind": ActorKind.PERSON, "account_id": "account-1", "person_id": "person-1"}
    return Actor(**{**defaults, "org_id": ORG, **fields})


def a_channel(**fields: Any) -> ChannelAccess:
    """What workflow tells of a channel."""
    defaults: dict[str, Any] = {
        "channel_id": CHANNEL,
        "platform": Platform.MASTODON,
        "base_url": "https://social.example",
        "handle": "water",
        "name": "City water",
        "unit_id": "unit-1",
        "state": ChannelState.ACTIVE,
    }
    return ChannelAccess(**{**defaults, **fields})


def memory_units(clock: Clock | None = None) -> MemoryWorkFactory:
    """Units of work without a database."""
    clock = clock or FixedClock(MOMENT)
    return MemoryWorkFactory(MAPPINGS, clock, SystemIds(clock), SERVICE)


def mongo_units(mongo_uri: str, namespace: str, clock: Clock) -> WorkFactory:
    """Units of work over a prepared database."""
    client = connect(mongo_uri, app_name="tests")
    prepare(client, namespace, [PLAN])
    name = database_name(namespace, SERVICE)
    return WorkFactory(client, name, MAPPINGS, clock, SystemIds(clock), SERVICE)


@dataclass
class ScriptedWorkflow:
    """Answers orders by their type; remembers them. An exception among the answers is raised."""

    answers: dict[type[Command], Any]
    orders: list[Command] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)

    def send(self, command: Command, actor: Actor, *, key: str | None = None) -> Answer:
        """The answer that was laid out for this kind of order."""
        self.orders.append(command)
        self.keys.append(key)
        found = self.answers[type(command)]
        answer = found(command) if callable(found) else found
        if isinstance(answer, Exception):
            raise answer
        assert isinstance(answer, Answer)
        return answer

    def names(self) -> list[str]:
        """The orders that came, in order."""
        return [type(order).__name__ for order in self.orders]


@dataclass
class KeptArrivals:
    """Arrivals in memory."""

    stored: dict[str, Arrival] = field(default_factory=dict)
    aside: list[SetAside] = field(default_factory=list)

    def store(self, arrivals: Sequence[Arrival]) -> int:
        """Those that are new."""
        fresh = {item.id: item for item in arrivals if item.id not in self.stored}
        self.stored.update(fresh)
        return len(fresh)

    def set_aside(self, items: Sequence[SetAside]) -> None:
        """Keep them."""
        self.aside += items


@dataclass
class Heard:
    """A report that remembers."""

    lines: list[tuple[Any, ...]] = field(default_factory=list)

    def polled(self, platform: str, health: Health, seconds: float) -> None:
        self.lines.append(("polled", platform, health))

    def arrived(self, platform: str, arrivals: Sequence[Arrival], stored: int) -> None:
        self.lines.append(("arrived", platform, len(arrivals), stored))

    def unreadable(self, source: str, count: int) -> None:
        self.lines.append(("unreadable", source, count))

    def attempted(self, platform: str, purpose: Purpose, outcome: Outcome) -> None:
        self.lines.append(("attempted", platform, purpose, outcome))

    def needs_person(self, platform: str) -> None:
        self.lines.append(("needs a person", platform))

    def not_granted(self, reason: str) -> None:
        self.lines.append(("not granted", reason))

    def bug(self, where: str, error: Exception) -> None:
        self.lines.append(("bug", where, type(error).__name__))
