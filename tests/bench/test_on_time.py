"""P4: how late posts leave when everything is well: 1,000 due in one minute over 50 organizations."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any, Final

import pytest
from pymongo import MongoClient

from chassis.ids import derived
from chassis.ports import Actor
from contracts.commands import Done
from contracts.ingest import ConnectChannel, Connected
from contracts.permissions import Role
from contracts.workflow.channels import AddChannel, Platform
from contracts.workflow.content import (
    DraftAnswer,
    DraftContent,
    Schedule,
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
from stack.orders import OPERATOR, Orders, person
from stack.platform import Platform as Running
from tests.bench.figures import Figures
from tests.support.board import Board
from tests.support.waiting import eventually

POSTS: Final = int(os.environ.get("BENCH_DUE", "1000"))
ORGANIZATIONS: Final = max(POSTS // 20, 1)
SPREAD: Final = 60.0
"""Seconds over which they come due."""
EACH: Final = 0.05
"""Seconds that scheduling one post may take, at most; the first is due after all are scheduled."""


@dataclass(frozen=True)
class Desk:
    """One organization with a channel, an author and a reviewer."""

    orders: Orders
    author: Actor
    reviewer: Actor
    unit_id: str
    channel_id: str

    def approved(self, text: str, database: Any) -> str:
        """The id of a post that may go out."""
        variant = Variant(channel_id=self.channel_id, text=text)
        draft = DraftContent(unit_id=self.unit_id, variants=(variant,))
        content_id = self.orders.give(draft, self.author, DraftAnswer).content_id
        self.orders.give(SubmitContent(content_id=content_id), self.author, DraftAnswer)
        item = database["content_items"].find_one({"_id": content_id})
        vote = VoteOnContent(
            content_id=content_id, verdict=Verdict.APPROVE, version_hash=item["version_hash"]
        )
        self.orders.give(vote, self.reviewer, DraftAnswer)
        return content_id

    def schedule(self, content_id: str, due: datetime) -> None:
        """It goes out at that second."""
        when = Schedule(wall_time=f"{due:%Y-%m-%dT%H:%M:%S}", time_zone="UTC")
        order = ScheduleContent(content_id=content_id, schedule=when)
        self.orders.give(order, self.author, DraftAnswer)


@pytest.fixture
def desks(platform: Running, board: Board, database: MongoClient[Any]) -> list[Desk]:
    """All organizations, each with an active channel."""
    assert platform.place is not None
    orders = Orders(platform.place)
    found = [a_desk(orders, f"punctual-{number}", board) for number in range(ORGANIZATIONS)]
    channels = database[f"{platform.settings.namespace}_workflow"]["channels"]
    wanted = {"_id": {"$in": [desk.channel_id for desk in found]}, "state": "active"}
    eventually(lambda: channels.count_documents(wanted) == len(found), within_s=60, every_s=0.5)
    return found


def a_desk(orders: Orders, slug: str, board: Board) -> Desk:
    """A new organization."""
    order = CreateOrganization(
        slug=slug, name="City", admin_email=f"ada@{slug}.example", admin_name="Ada"
    )
    made = orders.give(order, OPERATOR, OrganizationAnswer)
    admin = person(made.organization_id, made.person_id, made.account_id)
    email = f"vera@{slug}.example"
    vera = orders.give(AddPerson(email=email, name="Vera"), admin, Done).id
    orders.give(GrantRole(person_id=vera, role=Role.REVIEWER), admin, Done)
    unit_id = orders.give(AddUnit(name="Press"), admin, Done).id
    url = f"http://127.0.0.1:{board.port}/in"
    channel = AddChannel(
        platform=Platform.WEBHOOK,
        name="Board",
        unit_id=unit_id,
        steward_id=str(admin.person_id),
        base_url=url,
    )
    channel_id = orders.give(channel, admin, Done).id
    orders.give(ConnectChannel(channel_id=channel_id, credentials={}), admin, Connected)
    reviewer = person(made.organization_id, vera, derived("account", email))
    return Desk(orders, admin, reviewer, unit_id, channel_id)


@pytest.mark.timeout(1800)
def test_what_is_due_leaves_within_five_seconds(
    platform: Running, desks: list[Desk], board: Board, database: MongoClient[Any], figures: Figures
) -> None:
    store = database[f"{platform.settings.namespace}_workflow"]
    texts = [f"On time {number}." for number in range(POSTS)]
    approved = [
        (desk, desk.approved(text, store)) for desk, text in zip(_turns(desks), texts, strict=False)
    ]
    first = datetime.now(UTC) + timedelta(seconds=10 + POSTS * EACH)
    for number, (desk, content_id) in enumerate(approved):
        desk.schedule(content_id, first + timedelta(seconds=number * SPREAD / POSTS))
    assert datetime.now(UTC) < first, "scheduling took so long that posts were late before it ended"
    ours = {"content_id": {"$in": [content_id for _, content_id in approved]}}
    sent = {**ours, "state": "confirmed"}
    within = (first - datetime.now(UTC)).total_seconds() + SPREAD + 120
    deliveries = store["deliveries"]
    eventually(lambda: deliveries.count_documents(sent) == POSTS, within_s=within, every_s=1.0)
    late = sorted(
        (one["confirmed_at"] - one["due_at"]).total_seconds() for one in deliveries.find(sent)
    )
    there = [entry["text"] for entry in board.entries if entry["text"].startswith("On time")]
    figures.say("publish_lateness_median", median(late), "s")
    figures.at_most("publish_lateness_p99", late[int(len(late) * 0.99) - 1], "s", ceiling=5.0)
    figures.at_most("publish_doubles", len(there) - len(set(there)), "", ceiling=0)
    figures.require()


def _turns(desks: list[Desk]) -> Iterator[Desk]:
    while True:
        yield from desks
