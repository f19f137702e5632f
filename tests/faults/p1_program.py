"""An organization with one channel and many approved posts, on a platform without a publisher."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from chassis.ids import derived
from chassis.mongo.client import connect, database_name
from chassis.ports import Actor
from contracts.commands import Done
from contracts.ingest import ConnectChannel, Connected
from contracts.permissions import Role
from contracts.workflow.channels import AddChannel
from contracts.workflow.content import (
    DraftAnswer,
    DraftContent,
    ScheduleContent,
    SubmitContent,
    Variant,
    Verdict,
    VoteOnContent,
)
from contracts.workflow.organizations import (
    AddPerson,
    AddUnit,
    CreateOrganization,
    GrantRole,
    OrganizationAnswer,
)
from services.ingest.application.ports import Point
from stack import platform as stack_platform
from stack.environment import environment_of
from stack.layout import Process, named
from stack.orders import OPERATOR, Orders, person
from stack.settings import StackSettings
from stack.supervisor import Child
from tests.faults.p1_outside import Outside
from tests.support.waiting import eventually

ROOT: Final = Path(__file__).resolve().parents[2]
NAMES: Final = (
    "workflow-web",
    "workflow-worker",
    "workflow-relay",
    "ingest-web",
    "ingest-relay",
)
LEASE_SECONDS: Final = "4"
OPEN_STATES: Final = ["pending", "leased", "sending", "retry_wait", "unknown"]


class PlatformWithoutPublisher(stack_platform.Platform):
    """The processes a publisher needs; every one may visit the proxy."""

    def __init__(self, settings: StackSettings, proxy_port: int) -> None:
        processes: tuple[Process, ...] = tuple(named(name) for name in NAMES)
        super().__init__(settings, processes=processes)
        self._allowed = f"127.0.0.1:{proxy_port}"

    def environment(self, process: Process) -> dict[str, str]:
        """What a process is told here."""
        told = environment_of(process, self._placed)
        short = {"ROSTRUM_DELIVERY_LEASE_SECONDS": LEASE_SECONDS}
        return {**told, "ROSTRUM_OUTBOUND_ALLOW": self._allowed, **short}

    def _child(self, process: Process) -> Child:
        child = super()._child(process)
        child.environment = self.environment(process)
        return child


@dataclass
class Program:
    """What people do, and what the platform's own list says."""

    platform: PlatformWithoutPublisher
    proxy_url: str
    outside: Outside

    def __post_init__(self) -> None:
        place = self.platform.place
        assert place is not None
        self._orders = Orders(place)
        client = connect(place.admin_uri, app_name="p1")
        self._database = client[database_name(place.settings.namespace, "workflow")]

    def begin(self) -> None:
        """An organization, its admin, a reviewer, a connected channel."""
        slug = self.platform.settings.namespace
        order = CreateOrganization(
            slug=slug, name="City", admin_email=f"ada@{slug}.example", admin_name="Ada"
        )
        made = self._orders.give(order, OPERATOR, OrganizationAnswer)
        self.org_id = made.organization_id
        self._admin = person(self.org_id, made.person_id, made.account_id)
        self._reviewer = self._member("vera", Role.REVIEWER)
        self._unit = self._give(AddUnit(name="Press"), Done).id
        self.channel_id = self._connected()

    def approve(self, texts: list[str]) -> None:
        """Each text becomes a post that is due at once."""
        for text in texts:
            self._approve(text)

    def deliveries(self) -> list[dict[str, Any]]:
        """As workflow keeps them."""
        return list(self._database["deliveries"].find({"org_id": self.org_id}))

    def open_count(self) -> int:
        """Deliveries that are not at an end."""
        query = {"org_id": self.org_id, "state": {"$in": OPEN_STATES}}
        return self._database["deliveries"].count_documents(query)

    def published(self) -> list[str]:
        """The words of everything that is public, from the platform's own list."""
        return self.outside.published()

    def publisher(self, point: Point, turn: int) -> subprocess.Popen[bytes]:
        """A publisher that dies at this point, or lives (turn 0)."""
        process = named("ingest-publisher")
        told = {**self.platform.environment(process), "PYTHONPATH": str(ROOT)}
        argv = [sys.executable, "-m", "tests.faults.p1_publisher", point.value, str(turn)]
        log = self.platform.home / "logs" / "publisher.log"
        with log.open("ab") as out:
            return subprocess.Popen(
                argv, cwd=ROOT, env={**os.environ, **told}, stdout=out, stderr=out
            )

    def _approve(self, text: str) -> None:
        variant = Variant(channel_id=self.channel_id, text=text)
        drafted = self._give(DraftContent(unit_id=self._unit, variants=(variant,)), DraftAnswer)
        self._give(SubmitContent(content_id=drafted.content_id), DraftAnswer)
        item = self._database["content_items"].find_one({"_id": drafted.content_id})
        assert item is not None
        vote = VoteOnContent(
            content_id=drafted.content_id,
            verdict=Verdict.APPROVE,
            version_hash=item["version_hash"],
        )
        self._orders.give(vote, self._reviewer, DraftAnswer)
        self._give(ScheduleContent(content_id=drafted.content_id), DraftAnswer)

    def _connected(self) -> str:
        added = AddChannel(
            platform=self.outside.platform,
            name="City water",
            unit_id=self._unit,
            steward_id=str(self._admin.person_id),
            handle=self.outside.handle,
            base_url=self.outside.base_url(self.proxy_url),
        )
        channel_id = self._give(added, Done).id
        credentials = self.outside.credentials(self.proxy_url)
        self._give(ConnectChannel(channel_id=channel_id, credentials=credentials), Connected)
        channels = self._database["channels"]
        eventually(lambda: channels.find_one({"_id": channel_id, "state": "active"}), within_s=30)
        return str(channel_id)

    def _member(self, name: str, role: Role) -> Actor:
        email = f"{name}@{self.platform.settings.namespace}.example"
        person_id = self._give(AddPerson(email=email, name=name), Done).id
        self._give(GrantRole(person_id=person_id, role=role), Done)
        return person(self.org_id, person_id, derived("account", email))

    def _give(self, command: Any, answer: Any) -> Any:
        return self._orders.give(command, self._admin, answer)
