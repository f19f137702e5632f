"""Loads the demonstration organizations through the same commands that people give."""

from __future__ import annotations

import secrets as random
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from chassis.ports import Actor
from contracts.commands import Done
from contracts.ingest import ConnectChannel, Connected
from contracts.permissions import ScopeKind
from contracts.workflow.channels import AddChannel, Platform
from contracts.workflow.organizations import (
    AddPerson,
    AddUnit,
    CreateOrganization,
    GrantRole,
    OrganizationAnswer,
    RoutingRule,
    SetRoutingRules,
)
from contracts.workflow.policies import PolicyAnswer
from contracts.workflow.trust import AssignSeat, SetReviewRoutes
from stack.demo.archive import conversations, write_archive
from stack.demo.organizations import ROUTES, DemoOrganization, DemoPerson
from stack.demo.packs import pack
from stack.demo_platform import DemoPlatform
from stack.orders import OPERATOR, Orders, person

Say = Callable[[str], None]


class Loaded(msgspec.Struct, kw_only=True):
    """What was made for one organization; passwords are made here and shown once."""

    organization: DemoOrganization
    org_id: str
    admin: Actor
    unit_ids: dict[str, str] = {}
    person_ids: dict[str, str] = {}
    passwords: dict[str, str] = {}
    channel_id: str = ""
    archive_id: str = ""


class Loader:
    """Makes one organization after the other."""

    def __init__(self, orders: Orders, platform: DemoPlatform) -> None:
        self._orders = orders
        self._platform = platform

    def load(self, organization: DemoOrganization) -> Loaded:
        """Units, people, roles, seats, routes, two channels, policies; refused if it exists already."""
        loaded = self._create(organization)
        self._units(loaded)
        self._people(loaded)
        self._review(loaded)
        self._routing(loaded)
        self._channels(loaded)
        self._policies(loaded)
        return loaded

    def _create(self, organization: DemoOrganization) -> Loaded:
        admin = organization.people[0]
        answer = self._orders.give(
            CreateOrganization(
                slug=organization.slug,
                name=organization.name,
                admin_email=organization.email(admin),
                admin_name=admin.name,
                time_zone=organization.time_zone,
            ),
            OPERATOR,
            OrganizationAnswer,
        )
        actor = person(answer.organization_id, answer.person_id, answer.account_id)
        loaded = Loaded(organization=organization, org_id=answer.organization_id, admin=actor)
        loaded.person_ids[admin.mailbox] = answer.person_id
        return loaded

    def _units(self, loaded: Loaded) -> None:
        for unit in loaded.organization.units:
            parent = loaded.unit_ids[unit.parent] if unit.parent else None
            order = AddUnit(name=unit.name, parent_id=parent)
            loaded.unit_ids[unit.name] = self._give(order, loaded).id

    def _people(self, loaded: Loaded) -> None:
        for one in loaded.organization.people[1:]:
            self._person(one, loaded)
        for one in loaded.organization.people:
            loaded.passwords[loaded.organization.email(one)] = random.token_urlsafe(12)

    def _person(self, one: DemoPerson, loaded: Loaded) -> None:
        unit_id = loaded.unit_ids[one.unit] if one.unit else None
        order = AddPerson(email=loaded.organization.email(one), name=one.name, unit_id=unit_id)
        person_id = self._give(order, loaded).id
        loaded.person_ids[one.mailbox] = person_id
        scope_id = unit_id if one.scope is ScopeKind.UNIT else None
        self._give(
            GrantRole(person_id=person_id, role=one.role, scope=one.scope, scope_id=scope_id),
            loaded,
        )

    def _review(self, loaded: Loaded) -> None:
        for one in loaded.organization.people:
            for seat in one.seats:
                order = AssignSeat(name=seat, person_id=loaded.person_ids[one.mailbox])
                self._give(order, loaded)
        self._give(SetReviewRoutes(rules=ROUTES), loaded)

    def _routing(self, loaded: Loaded) -> None:
        rules = tuple(
            RoutingRule(name=rule.name, contains=rule.words, unit_id=loaded.unit_ids[rule.unit])
            for rule in loaded.organization.rules
        )
        self._give(SetRoutingRules(rules=rules), loaded)

    def _channels(self, loaded: Loaded) -> None:
        organization = loaded.organization
        token = self._platform.account(organization.handle)
        loaded.channel_id = self._channel(loaded, Platform.MASTODON, f"{organization.name} (live)")
        credentials = {"access_token": token}
        self._orders.give(
            ConnectChannel(channel_id=loaded.channel_id, credentials=credentials),
            loaded.admin,
            Connected,
        )
        loaded.archive_id = self._channel(
            loaded, Platform.ARCHIVE, f"{organization.name} (archive)"
        )

    def _channel(self, loaded: Loaded, platform: Platform, name: str) -> str:
        order = AddChannel(
            platform=platform,
            name=name,
            handle=loaded.organization.handle,
            base_url=self._platform.url if platform is Platform.MASTODON else "",
            unit_id=next(iter(loaded.unit_ids.values())),
            steward_id=loaded.person_ids[loaded.organization.people[0].mailbox],
            deputy_ids=(loaded.person_ids[loaded.organization.people[1].mailbox],),
        )
        return self._give(order, loaded).id

    def _policies(self, loaded: Loaded) -> None:
        for order in pack(loaded.organization.pack):
            self._orders.give(order, loaded.admin, PolicyAnswer)

    def _give(self, order: Any, loaded: Loaded) -> Done:
        return self._orders.give(order, loaded.admin, Done)

    def speak(self, loaded: Loaded) -> None:
        """The public asks three questions on the demonstration platform; they arrive by polling."""
        for index, (question, _) in enumerate(loaded.organization.topics[:3]):
            token = self._platform.account(f"{loaded.organization.slug.split('-')[0]}_fan_{index}")
            self._platform.post(token, f"@{loaded.organization.handle} {question}")


def archive_of(loaded: Loaded, folder: Path, until: datetime) -> Path:
    """The organization's weeks of conversations as a CSV file."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{loaded.organization.slug}.csv"
    write_archive(conversations(loaded.organization, until), path)
    return path
