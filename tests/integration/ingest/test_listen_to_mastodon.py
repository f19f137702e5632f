"""A channel is connected to a real server of the Mastodon API and listened to."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from chassis.errors import Refusal, RefusalCode
from chassis.mongo.factory import WorkFactory, service_actor
from chassis.outbound import OutboundClient
from contracts.ingest import (
    ChannelHealthChanged,
    ConnectChannel,
    DisconnectChannel,
    Health,
    MentionArrived,
)
from contracts.workflow.channels import AuthorizeChannel
from services.ingest.adapters.arrivals import MongoArrivals
from services.ingest.adapters.turns import MongoTurns
from services.ingest.application.channels.connect_channel import Switchboard, connect_channel
from services.ingest.application.channels.disconnect_channel import disconnect_channel
from services.ingest.application.listening.poll_channel import Listener
from services.ingest.connectors import all_connectors
from services.ingest.domain.connections.connection import Connection
from tests.support.ingest import (
    CHANNEL,
    CIPHER,
    ORG,
    Heard,
    ScriptedWorkflow,
    a_channel,
    a_steward,
)
from tests.support.mastodon_server import MastodonServer


class Desk:
    """One connected channel with everything around it."""

    def __init__(self, units: WorkFactory, server: MastodonServer) -> None:
        self.units = units
        self.http = OutboundClient(frozenset({("127.0.0.1", server.port)}))
        self.turns = MongoTurns(units.database, units.clock)
        self.heard = Heard()
        workflow = ScriptedWorkflow({AuthorizeChannel: a_channel(base_url=server.url)})
        self.board = Switchboard(
            connectors=all_connectors(),
            http=self.http,
            cipher=CIPHER,
            workflow=workflow,
            turns=self.turns,
        )

    def connect(self, token: str) -> Any:
        order = ConnectChannel(channel_id=CHANNEL, credentials={"access_token": token})
        return self.units.run(
            a_steward(), ORG, lambda work: connect_channel(self.board, order, work)
        )

    def disconnect(self) -> None:
        order = DisconnectChannel(channel_id=CHANNEL)
        self.units.run(a_steward(), ORG, lambda work: disconnect_channel(self.board, order, work))

    def poll(self) -> bool:
        """Take one turn if one is due."""
        turn = self.turns.take("test", 30.0)
        if turn is not None:
            self.listener().poll(turn)
        return turn is not None

    def listener(self) -> Listener:
        return Listener(
            connectors=self.board.connectors,
            http=self.http,
            cipher=CIPHER,
            units=self.units,
            turns=self.turns,
            arrivals=MongoArrivals(self.units.database),
            report=self.heard,
            clock=self.units.clock,
            ids=self.units.ids,
            actor=service_actor("ingest"),
            interval=0.001,
            jitter=lambda: 0.5,
        )

    def due_now(self) -> None:
        """Whatever it waits for: it is time."""
        self.turns.start(ORG, CHANNEL, forget_cursor=False)

    def arrived(self) -> list[MentionArrived]:
        rows = self.units.database["arrivals"].find({"org_id": ORG}).sort("created_at", 1)
        return [msgspec.json.decode(row["body"], type=MentionArrived) for row in rows]

    def health(self) -> list[ChannelHealthChanged]:
        query = {"org_id": ORG, "type": ChannelHealthChanged.TYPE}
        rows = self.units.database["outbox"].find(query).sort("sequence", 1)
        return [msgspec.json.decode(row["body"], type=ChannelHealthChanged) for row in rows]


@pytest.fixture
def desk(units: WorkFactory, mastodon: MastodonServer) -> Desk:
    mastodon.post("/api/v1/_mock/reset", {})
    return Desk(units, mastodon)


def test_connecting_tells_who_the_account_is(desk: Desk, mastodon: MastodonServer) -> None:
    owner = mastodon.owner()
    answer = desk.connect(owner.token)
    assert (answer.handle, answer.external_account_id) == (owner.handle, owner.id)
    connection = desk.units.reader(ORG).get(Connection, CHANNEL)
    assert (connection.health, connection.text_limit) == (Health.OK, 500)


def test_a_wrong_token_connects_nothing(desk: Desk) -> None:
    with pytest.raises(Refusal) as no:
        desk.connect("wrong")
    assert no.value.code is RefusalCode.PLATFORM_REFUSED
    assert no.value.field == ("credentials",)
    assert not desk.poll()
    assert desk.units.database["credentials"].count_documents({"org_id": ORG}) == 0


def test_no_secret_is_stored_in_the_clear(desk: Desk, mastodon: MastodonServer) -> None:
    token = mastodon.owner().token
    desk.connect(token)
    bare = desk.units.database.unguarded
    for name in bare.list_collection_names():
        assert all(token not in repr(row) for row in bare[name].find()), name


def test_what_the_public_says_arrives_once(desk: Desk, mastodon: MastodonServer) -> None:
    owner, citizen = mastodon.owner(), mastodon.member("citizen")
    desk.connect(owner.token)
    said = mastodon.say(citizen, f"@{owner.handle} is the water <safe> & clear?")
    for _ in range(3):
        assert desk.poll()
        desk.due_now()
    (mention,) = desk.arrived()
    assert (mention.external_id, mention.text) == (
        said["id"], f"@{owner.handle} is the water <safe> & clear?",
    )  # fmt: skip
    assert (mention.author.handle, mention.direction, mention.kind) == (
        "citizen", "incoming", "mention",
    )  # fmt: skip


def test_replies_made_elsewhere_are_seen(desk: Desk, mastodon: MastodonServer) -> None:
    owner, citizen = mastodon.owner(), mastodon.member("neighbour")
    desk.connect(owner.token)
    asked = mastodon.say(citizen, f"@{owner.handle} hello?")
    assert desk.poll()
    answered = mastodon.say(owner, "@neighbour hello!", in_reply_to_id=asked["id"])
    desk.due_now()
    assert desk.poll()
    reply = desk.arrived()[-1]
    assert (reply.external_id, reply.direction, reply.in_reply_to) == (
        answered["id"], "outgoing", asked["id"],
    )  # fmt: skip


def test_every_message_of_a_busy_hour_arrives(desk: Desk, mastodon: MastodonServer) -> None:
    owner, citizen = mastodon.owner(), mastodon.member("crowd")
    desk.connect(owner.token)
    assert desk.poll()
    said = {mastodon.say(citizen, f"@{owner.handle} number {n}")["id"] for n in range(45)}
    while {item.external_id for item in desk.arrived()} != said:
        desk.due_now()
        assert desk.poll()
    assert len(desk.arrived()) == 45


def test_a_platform_in_trouble_is_a_state_the_steward_sees(
    desk: Desk, mastodon: MastodonServer
) -> None:
    desk.connect(mastodon.owner().token)
    path = "/api/v1/notifications"
    mastodon.fault(path, {"type": "ratelimit"}, count=2, method="GET")
    for _ in range(2):
        assert desk.poll()
        desk.due_now()
    mastodon.fault(path, {"type": "status", "status": 503}, count=1, method="GET")
    assert desk.poll()
    desk.due_now()
    mastodon.fault(path, {"type": "status", "status": 401}, count=1, method="GET")
    assert desk.poll()
    desk.due_now()
    assert desk.poll()
    seen = [fact.health for fact in desk.health()]
    assert seen == [
        Health.OK, Health.RATE_LIMITED, Health.UNREACHABLE, Health.REVOKED, Health.OK,
    ]  # fmt: skip
    assert desk.health()[1].next_try_at is not None


def test_a_platform_that_is_gone_is_asked_again_later(
    units: WorkFactory, mastodon: MastodonServer
) -> None:
    desk = Desk(units, mastodon)
    desk.connect(mastodon.owner().token)
    desk.http = OutboundClient()
    assert desk.poll()
    assert desk.health()[-1].health is Health.FAILING
    assert not desk.poll()


def test_a_disconnected_channel_is_left_alone(desk: Desk, mastodon: MastodonServer) -> None:
    desk.connect(mastodon.owner().token)
    desk.disconnect()
    assert not desk.poll()
    assert desk.units.database["credentials"].count_documents({"org_id": ORG}) == 0
    assert desk.health()[-1].health is Health.UNCONNECTED


def test_two_pollers_never_hold_one_channel(desk: Desk, mastodon: MastodonServer) -> None:
    desk.connect(mastodon.owner().token)
    first = desk.turns.take("one", 30.0)
    assert first is not None
    desk.due_now()
    assert desk.turns.take("two", 30.0) is None
    desk.turns.give_back(first, cursor={"a": 1}, failures=0, wait=60.0)
    second = desk.turns.take("two", 30.0)
    assert second is not None, "it was wanted again while it was held"
    desk.turns.give_back(first, cursor={"a": 0}, failures=0, wait=0.0)
    assert second.cursor == {"a": 1}
    assert desk.turns.take("three", 30.0) is None, "an old holder frees nothing"
