"""Organizations made through the public doors of a running platform, for stories."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import Any

import requests

from contracts.workflow.organizations import CreateOrganization, OrganizationAnswer
from stack.demo_platform import DemoPlatform
from stack.operate import create_operator, identity_at, invited
from stack.orders import OPERATOR, Orders
from stack.platform import Platform
from tests.support.api import Api, sign_in
from tests.support.waiting import eventually

PASSWORD = "correct horse battery staple"


@dataclass
class Member:
    """A person who has signed in."""

    id: str
    email: str
    api: Api


@dataclass
class Tenant:
    """An organization with its first admin; ids are the public ones."""

    program: Program
    slug: str
    org_id: str
    admin: Member
    units: dict[str, str] = field(default_factory=dict)

    def unit(self, name: str, parent: str | None = None) -> str:
        """The id of a new unit."""
        given: dict[str, Any] = {"name": name}
        if parent:
            given["parentId"] = parent
        payload = self.admin.api.done("unitAdd", given, "unit { id }")
        self.units[name] = payload["unit"]["id"]
        return self.units[name]

    def member(self, name: str, role: str, *, scope: str | None = None) -> Member:
        """A new person with a role (on a unit or channel if given), who accepted the invitation."""
        email = f"{name}@{self.slug}.example"
        added = self.admin.api.done(
            "personAdd", {"email": email, "name": name.title()}, "person { id }"
        )
        person_id = added["person"]["id"]
        grant: dict[str, Any] = {"personId": person_id, "role": role}
        if scope:
            grant |= {"scope": "UNIT", "scopeId": scope}
        self.admin.api.done("roleGrant", grant, "__typename")
        return self.program.joined(self, person_id, email)

    def mastodon(self, unit_id: str, handle: str) -> str:
        """The id of a connected channel of the demonstration platform."""
        token = self.program.public.account(handle)
        given = {
            "platform": "MASTODON",
            "name": handle,
            "handle": handle,
            "unitId": unit_id,
            "stewardId": self.admin.id,
            "baseUrl": self.program.platform.platform_url,
        }
        channel_id = self.admin.api.done("channelAdd", given, "channel { id }")["channel"]["id"]
        credentials = [{"name": "access_token", "value": token}]
        self.admin.api.done(
            "channelConnect",
            {"channelId": channel_id, "credentials": credentials},
            "channel { id health { state } }",
        )
        eventually(lambda: self.channel(channel_id)["state"] == "ACTIVE", within_s=20)
        return str(channel_id)

    def archive(self, unit_id: str, name: str) -> str:
        """The id of a channel that is fed by imports."""
        given = {
            "platform": "ARCHIVE",
            "name": name,
            "unitId": unit_id,
            "stewardId": self.admin.id,
        }
        return str(self.admin.api.done("channelAdd", given, "channel { id }")["channel"]["id"])

    def channel(self, channel_id: str) -> Any:
        """State and health of a channel."""
        query = "query($id: ID!) { channel(id: $id) { state handle health { state detail } } }"
        return self.admin.api.ask(query, id=channel_id)["channel"]


class Program:
    """What operators do, and the public on the demonstration platform."""

    def __init__(self, platform: Platform) -> None:
        assert platform.place is not None
        self.platform = platform
        self.place = platform.place
        self.public = DemoPlatform(platform.platform_url)

    def tenant(self, name: str) -> Tenant:
        """A new organization; its slug is unlike every other."""
        slug = f"{name}-{secrets.token_hex(3)}"
        email = f"ada@{slug}.example"
        order = CreateOrganization(
            slug=slug, name=name.title(), admin_email=email, admin_name="Ada"
        )
        made = Orders(self.place).give(order, OPERATOR, OrganizationAnswer)
        tenant = Tenant(self, slug, made.organization_id, Member("", email, Api("", "")))
        api = self._accepted(made.organization_id, made.person_id, email)
        person = api.ask("{ viewer { person { id } } }")["viewer"]["person"]["id"]
        tenant.admin = Member(person, email, api)
        return tenant

    def joined(self, tenant: Tenant, person_id: str, email: str) -> Member:
        """A member who accepted the invitation and signed in."""
        from chassis.ids import parse_public_id

        _, ident = parse_public_id(person_id)
        return Member(person_id, email, self._accepted(tenant.org_id, ident, email))

    def operator(self) -> Api:
        """An operator who signed in."""
        email = f"operator-{secrets.token_hex(3)}@example.org"
        create_operator(self.platform.settings, email, PASSWORD)
        return Api(self.platform.graphql_url, sign_in(self.platform.auth_url, email, PASSWORD))

    def _accepted(self, org_id: str, person_id: str, email: str) -> Api:
        with identity_at(self.place) as identity:
            token = invited(identity, org_id, person_id)
        answer = requests.post(
            f"{self.platform.auth_url}/accept",
            json={"token": token, "password": PASSWORD},
            timeout=30,
        )
        assert answer.status_code == 200, answer.text
        return Api(self.platform.graphql_url, sign_in(self.platform.auth_url, email, PASSWORD))
