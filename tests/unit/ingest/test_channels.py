"""Connecting, disconnecting and following the registry, without a database."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from chassis.errors import Refusal, RefusalCode
from chassis.memory.work import MemoryWorkFactory
from chassis.outbound import NotSent, OutboundResponse, ScriptedOutbound
from chassis.ports import Delivered, Work
from contracts.envelope import Envelope
from contracts.facts import Fact
from contracts.ingest import ConnectChannel, Connected, DisconnectChannel, Health
from contracts.permissions import Permission
from contracts.workflow.channels import (
    AuthorizeChannel,
    ChannelState,
    ChannelStateChanged,
    Platform,
)
from services.ingest.application import credentials
from services.ingest.application.channels.connect_channel import Switchboard, connect_channel
from services.ingest.application.channels.disconnect_channel import disconnect_channel
from services.ingest.application.channels.follow_registry import registry_follower
from services.ingest.bootstrap import authorize, service_in
from services.ingest.connectors import all_connectors
from services.ingest.domain.connections.connection import Connection, ConnectionState
from services.ingest.domain.connections.sealed import Credential
from tests.support.ingest import (
    CHANNEL,
    CIPHER,
    MOMENT,
    ORG,
    ScriptedWorkflow,
    a_channel,
    a_steward,
    memory_units,
)


@dataclass
class Turns:
    """Which channels would be polled."""

    started: list[tuple[str, bool]] = field(default_factory=list)
    stopped: list[str] = field(default_factory=list)

    def start(self, org_id: str, channel_id: str, *, forget_cursor: bool) -> None:
        self.started.append((channel_id, forget_cursor))

    def stop(self, org_id: str, channel_id: str) -> None:
        self.stopped.append(channel_id)

    def take(self, owner: str, seconds: float) -> None:
        return None

    def give_back(self, turn: Any, *, cursor: Any, failures: int, wait: float) -> None:
        raise AssertionError("nobody asks for this")


class Office:
    """A switchboard over stores in memory and a platform that answers as it is told."""

    def __init__(self, answer: Any = None, **channel: Any) -> None:
        self.units: MemoryWorkFactory = memory_units()
        self.turns = Turns()
        self.answer = answer or account("1")
        self.workflow = ScriptedWorkflow({AuthorizeChannel: a_channel(**channel)})
        self.http = ScriptedOutbound(lambda _: self._answered())
        self.board = Switchboard(
            connectors=all_connectors(),
            http=self.http,
            cipher=CIPHER,
            workflow=self.workflow,
            turns=self.turns,
        )

    def _answered(self) -> OutboundResponse:
        if isinstance(self.answer, Exception):
            raise self.answer
        assert isinstance(self.answer, OutboundResponse)
        return self.answer

    def connect(self, **given: str) -> Connected:
        order = ConnectChannel(channel_id=CHANNEL, credentials=given or {"access_token": "t0ken"})
        return self.units.run(
            a_steward(), ORG, lambda work: connect_channel(self.board, order, work)
        )

    def disconnect(self) -> Any:
        order = DisconnectChannel(channel_id=CHANNEL)
        return self.units.run(
            a_steward(), ORG, lambda work: disconnect_channel(self.board, order, work)
        )

    def look(self) -> tuple[Connection | None, dict[str, str] | None]:
        def read(work: Work) -> tuple[Connection | None, dict[str, str] | None]:
            found = work.first(Connection, id=CHANNEL)
            return found, credentials.opened(work, CIPHER, CHANNEL)

        return self.units.run(service_in(ORG), ORG, read)


def account(ident: str) -> OutboundResponse:
    return OutboundResponse(200, {}, f'{{"id": "{ident}", "acct": "water"}}'.encode())


def archived(fact: Fact | None = None) -> Delivered:
    told = fact or ChannelStateChanged(
        channel_id=CHANNEL, state=ChannelState.ARCHIVED, reason="over"
    )
    envelope = Envelope(
        id="f-1", type=told.TYPE, source="/rostrum/workflow", subject=CHANNEL, time=MOMENT,
        org_id=ORG, sequence=2,
    )  # fmt: skip
    return Delivered(envelope=envelope, fact=told)


def test_workflow_is_asked_in_the_name_of_the_person() -> None:
    office = Office()
    office.connect()
    (order,) = office.workflow.orders
    assert order == AuthorizeChannel(channel_id=CHANNEL, permission=Permission.CHANNEL_CONNECT)


def test_a_connected_channel_is_polled_with_its_own_credentials() -> None:
    office = Office()
    answer = office.connect()
    assert (answer.handle, answer.health) == ("water", Health.OK)
    connection, opened = office.look()
    assert connection is not None
    assert connection.state is ConnectionState.LISTENING
    assert opened == {"access_token": "t0ken"}
    assert office.turns.started == [(CHANNEL, True)]


def test_the_same_account_keeps_its_cursor_and_another_does_not() -> None:
    office = Office()
    office.connect()
    office.connect()
    office.answer = account("2")
    office.connect()
    assert [forget for _, forget in office.turns.started] == [True, False, True]


def test_what_workflow_refuses_is_refused() -> None:
    office = Office()
    office.workflow.answers[AuthorizeChannel] = Refusal(RefusalCode.FORBIDDEN, "no")
    with pytest.raises(Refusal) as no:
        office.connect()
    assert no.value.code is RefusalCode.FORBIDDEN
    assert office.http.visits == []


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (401, RefusalCode.PLATFORM_REFUSED),
        (429, RefusalCode.RATE_LIMITED),
        (503, RefusalCode.UNAVAILABLE),
    ],
)
def test_what_the_platform_refuses_stores_nothing(status: int, code: RefusalCode) -> None:
    office = Office(OutboundResponse(status, {}, b"{}"))
    with pytest.raises(Refusal) as no:
        office.connect()
    assert no.value.code is code
    assert office.look() == (None, None)
    assert office.turns.started == []


def test_a_platform_out_of_reach_is_no_refusal() -> None:
    with pytest.raises(NotSent):
        Office(NotSent("away")).connect()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"password": "x"}, ("credentials", "access_token")),
        ({"access_token": "x", "pin": "1"}, ("credentials", "pin")),
    ],
)
def test_wrong_credentials_name_their_field(given: dict[str, str], field: tuple[str, ...]) -> None:
    with pytest.raises(Refusal) as no:
        Office().connect(**given)
    assert no.value.field == field


def test_an_archived_channel_is_refused_by_its_id_too() -> None:
    with pytest.raises(Refusal) as no:
        Office(state=ChannelState.ARCHIVED).connect()
    assert no.value.code is RefusalCode.CHANNEL_ARCHIVED


def test_an_internal_address_is_refused() -> None:
    with pytest.raises(Refusal) as no:
        Office(base_url="http://127.0.0.1:27017").connect()
    assert no.value.code is RefusalCode.HOST_REFUSED


def test_an_archive_needs_no_address_and_is_never_polled() -> None:
    office = Office(platform=Platform.ARCHIVE, base_url="")
    order = ConnectChannel(channel_id=CHANNEL)
    office.units.run(a_steward(), ORG, lambda work: connect_channel(office.board, order, work))
    assert office.turns.started == []


def test_disconnecting_forgets_the_credentials() -> None:
    office = Office()
    office.connect()
    assert office.disconnect().state == "disconnected"
    connection, opened = office.look()
    assert opened is None
    assert connection is not None
    assert connection.health is Health.UNCONNECTED
    assert office.turns.stopped == [CHANNEL]
    assert office.disconnect().state == "disconnected"


def test_an_archived_channel_is_left_alone_however_often_it_is_told() -> None:
    office = Office()
    office.connect()
    follow = registry_follower(office.turns)
    for _ in range(2):
        office.units.run_batch(lambda batch: follow([archived()], batch))
    connection, opened = office.look()
    assert opened is None
    assert connection is not None
    assert connection.state is ConnectionState.ARCHIVED


def test_other_states_of_a_channel_do_not_stop_the_listening() -> None:
    office = Office()
    office.connect()
    suspended = ChannelStateChanged(
        channel_id=CHANNEL, state=ChannelState.SUSPENDED, reason="no deputy"
    )
    follow = registry_follower(office.turns)
    office.units.run_batch(lambda batch: follow([archived(suspended)], batch))
    connection, opened = office.look()
    assert opened is not None
    assert connection is not None
    assert connection.state is ConnectionState.LISTENING


def test_renewed_tokens_join_what_is_stored() -> None:
    office = Office()
    office.connect()
    renewed = {"access_token": "", "refresh": "r2"}

    def renew(work: Work) -> None:
        credentials.renew(work, CIPHER, CHANNEL, values=renewed)

    office.units.run(service_in(ORG), ORG, renew)
    assert office.look()[1] == {"access_token": "t0ken", "refresh": "r2"}


def test_nothing_that_is_stored_holds_the_secret() -> None:
    office = Office()
    office.connect()
    stored = office.units.run(service_in(ORG), ORG, lambda work: work.get(Credential, CHANNEL))
    assert "t0ken" not in repr(stored)


def test_services_do_not_connect_and_people_do_not_report_progress() -> None:
    order = ConnectChannel(channel_id=CHANNEL)
    with pytest.raises(Refusal, match="not yours"):
        memory_units().run(service_in(ORG), ORG, lambda work: authorize(order, work))


def test_a_key_reaches_only_as_far_as_its_scopes() -> None:
    order = ConnectChannel(channel_id=CHANNEL)
    narrow = a_steward(scopes=frozenset({Permission.REPORT_READ}))
    with pytest.raises(Refusal, match="does not reach"):
        memory_units().run(narrow, ORG, lambda work: authorize(order, work))
