"""An organization where people give orders, on the database or on the twin in memory."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from chassis.clock import FixedClock
from chassis.ids import SequentialIds, derived
from chassis.memory.work import MemoryWorkFactory
from chassis.ports import Actor, ActorKind, Work
from chassis.stores import Factory
from contracts.commands import Answer, Command
from contracts.facts import Fact, decode
from contracts.permissions import Role, ScopeKind
from contracts.workflow.channels import AddChannel, Platform
from contracts.workflow.organizations import (
    AddPerson,
    AddUnit,
    CreateOrganization,
    GrantRole,
    OrganizationAnswer,
)
from services.workflow.application.governance.authorize import Authorizer
from services.workflow.bootstrap import HANDLERS, MAPPINGS, TARGETS

OPERATOR = Actor(kind=ActorKind.OPERATOR, account_id="operator-1")


def a_factory() -> MemoryWorkFactory:
    """An empty store with a clock that stands still."""
    return MemoryWorkFactory(
        mappings=MAPPINGS, clock=FixedClock(), ids=SequentialIds(), service="workflow"
    )


@dataclass(kw_only=True)
class AnyOffice:
    """One organization with its first admin; ``give`` authorizes and handles an order."""

    factory: Factory
    slug: str = "city"

    def __post_init__(self) -> None:
        self.org_id = derived("organization", self.slug)
        self._authorize = Authorizer(TARGETS)
        answer = self.give(
            CreateOrganization(
                slug=self.slug, name="City", admin_email="ada@city.example", admin_name="Ada"
            ),
            OPERATOR,
        )
        assert isinstance(answer, OrganizationAnswer)
        self.admin = self.actor(answer.person_id, "ada@city.example")

    def actor(self, person_id: str, email: str, **changes: Any) -> Actor:
        """A signed-in member."""
        given: dict[str, Any] = {
            "kind": ActorKind.PERSON,
            "account_id": derived("account", email),
            "org_id": self.org_id,
            "person_id": person_id,
        }
        return Actor(**(given | changes))

    def give(self, command: Command, actor: Actor | None = None) -> Any:
        """The answer, or the refusal that the caller would get; the admin asks by default."""

        def run(work: Work) -> Answer:
            self._authorize(command, work)
            return HANDLERS[type(command)](command, work)

        return self.factory.run(actor or self.admin, self.org_id, run)

    def a_unit(self, name: str = "Press", parent_id: str | None = None) -> str:
        """The id of a new unit."""
        answer = self.give(AddUnit(name=name, parent_id=parent_id))
        return str(answer.id)

    def a_member(self, name: str, *roles: tuple[Role, str | None]) -> Actor:
        """A new person with roles on the organization (None) or on units."""
        email = f"{name}@city.example"
        person_id = self.give(AddPerson(email=email, name=name)).id
        for role, unit_id in roles:
            scope = ScopeKind.ORGANIZATION if unit_id is None else ScopeKind.UNIT
            self.give(GrantRole(person_id=person_id, role=role, scope=scope, scope_id=unit_id))
        return self.actor(person_id, email)

    def a_channel(self, unit_id: str, **changes: Any) -> str:
        """The id of a new channel with the admin as its steward."""
        given: dict[str, Any] = {
            "platform": Platform.MASTODON,
            "name": "City",
            "unit_id": unit_id,
            "steward_id": self.admin.person_id,
            "base_url": "https://mastodon.example",
        }
        return str(self.give(AddChannel(**(given | changes))).id)


@dataclass(kw_only=True)
class Office(AnyOffice):
    """On the twin in memory, whose store can be looked into."""

    factory: MemoryWorkFactory = field(default_factory=a_factory)

    def facts(self, aggregate_id: str) -> list[Fact]:
        """What was said about an aggregate, in order."""
        rows = [
            row for row in self.factory.store.all("outbox") if row["aggregate_id"] == aggregate_id
        ]
        rows.sort(key=lambda row: row["sequence"])
        assert [row["sequence"] for row in rows] == list(range(1, len(rows) + 1))
        return [decode(row["type"], row["body"]) for row in rows]
