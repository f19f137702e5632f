"""A poll stores first and moves its cursor after; trouble is a state, never an end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from chassis.clock import FixedClock
from chassis.errors import Refusal, RefusalCode, Unavailable
from chassis.mongo.factory import service_actor
from contracts.ingest import Author, Direction, Health, MentionKind
from contracts.workflow.channels import Platform
from services.ingest.application.connector import Declaration
from services.ingest.application.listening.poll_channel import Listener
from services.ingest.application.ports import Turn
from services.ingest.connectors import all_connectors
from services.ingest.domain.connections.access import Account
from services.ingest.domain.connections.connection import (
    Connection,
    ConnectionState,
    Opening,
    ended,
    opened,
)
from services.ingest.domain.connections.trouble import Trouble
from services.ingest.domain.listening.message import Message, Page, Unread
from tests.support.ingest import (
    CHANNEL,
    CIPHER,
    MOMENT,
    ORG,
    Heard,
    KeptArrivals,
    a_channel,
    memory_units,
)

HELLO = Message(
    external_id="100",
    direction=Direction.INCOMING,
    kind=MentionKind.MENTION,
    author=Author(external_id="7"),
    text="hello",
    posted_at=MOMENT,
)


@dataclass
class GivenBack:
    """What became of a turn."""

    cursor: Any = None
    failures: int = -1
    wait: float = -1.0
    is_stopped: bool = False

    def start(self, org_id: str, channel_id: str, *, forget_cursor: bool) -> None:
        raise AssertionError("nobody asks for this")

    def stop(self, org_id: str, channel_id: str) -> None:
        self.is_stopped = True

    def take(self, owner: str, seconds: float) -> Turn | None:
        return None

    def give_back(self, turn: Turn, *, cursor: Any, failures: int, wait: float) -> None:
        self.cursor, self.failures, self.wait = cursor, failures, wait


@dataclass
class Platformish:
    """A connector whose poll does what it is told."""

    act: Callable[[], Page]

    @property
    def declares(self) -> Declaration:
        return all_connectors()[Platform.MASTODON].declares

    def check(self, access: Any, http: Any) -> Account:
        raise AssertionError("nobody asks for this")

    def poll(self, access: Any, cursor: Any, http: Any) -> Page:
        return self.act()

    send = read_back = check


@dataclass
class Scene:
    """A listener with everything around it in memory."""

    act: Callable[[], Page]
    state: ConnectionState = ConnectionState.LISTENING
    turns: GivenBack = field(default_factory=GivenBack)
    arrivals: KeptArrivals = field(default_factory=KeptArrivals)
    heard: Heard = field(default_factory=Heard)

    def __post_init__(self) -> None:
        self.units = memory_units()
        account = Account(external_id="1", handle="water", can_publish=True)
        opening = Opening(
            org_id=ORG, channel=a_channel(), account=account, connected_by=None, at=MOMENT
        )
        connection = opened(opening, None).entity
        if self.state is not ConnectionState.LISTENING:
            connection = ended(connection, self.state, detail="", at=MOMENT).entity
        self.units.run(service_actor("ingest"), ORG, lambda work: work.add(connection))

    def poll(self, failures: int = 0) -> Connection:
        listener = Listener(
            connectors={Platform.MASTODON: self.platform()},
            http=object(),  # type: ignore[arg-type]
            cipher=CIPHER,
            units=self.units,
            turns=self.turns,
            arrivals=self.arrivals,
            report=self.heard,
            clock=FixedClock(MOMENT),
            ids=self.units.ids,
            actor=service_actor("ingest"),
            interval=60.0,
            jitter=lambda: 0.5,
        )
        turn = Turn(
            org_id=ORG, channel_id=CHANNEL, fence=1, wanted=1, cursor={"at": 1}, failures=failures
        )
        listener.poll(turn)
        return self.units.reader(ORG).get(Connection, CHANNEL)

    def platform(self) -> Any:
        return Platformish(self.act)


def raising(error: Exception) -> Callable[[], Page]:
    def act() -> Page:
        raise error

    return act


def test_what_arrived_is_stored_and_the_cursor_moves() -> None:
    scene = Scene(lambda: Page(arrivals=(HELLO,), cursor={"at": 2}))
    scene.poll()
    assert len(scene.arrivals.stored) == 1
    assert (scene.turns.cursor, scene.turns.failures, scene.turns.wait) == ({"at": 2}, 0, 60.0)


def test_the_cursor_stays_if_nothing_could_be_stored() -> None:
    scene = Scene(lambda: Page(arrivals=(HELLO,), cursor={"at": 2}))
    scene.arrivals = Away()
    with pytest.raises(Unavailable):
        scene.poll()
    assert scene.turns.cursor is None


class Away(KeptArrivals):
    """A store out of reach."""

    def store(self, arrivals: Any) -> int:
        raise Unavailable("the database is away")


def test_a_platform_with_more_is_asked_again_at_once() -> None:
    scene = Scene(lambda: Page(cursor={}, next_poll_after=0.0))
    scene.poll()
    assert scene.turns.wait == 0.0


def test_what_cannot_be_read_is_set_aside_and_counted() -> None:
    odd = Unread(position="p", reason="r", content=b"\xff")
    scene = Scene(lambda: Page(unreadable=(odd,), cursor={}))
    scene.poll()
    assert [one.item for one in scene.arrivals.aside] == [odd]
    assert ("unreadable", "mastodon", 1) in scene.heard.lines


@pytest.mark.parametrize(
    ("error", "health"),
    [
        (Trouble(Health.REVOKED, "revoked"), Health.REVOKED),
        (Trouble(Health.NOT_A_FEED, "a page"), Health.NOT_A_FEED),
        (Unavailable("away"), Health.UNREACHABLE),
        (Refusal(RefusalCode.HOST_REFUSED, "internal"), Health.FAILING),
        (KeyError("a connector's bug"), Health.FAILING),
    ],
)
def test_trouble_is_a_state_that_the_steward_sees(error: Exception, health: Health) -> None:
    scene = Scene(raising(error))
    connection = scene.poll()
    assert connection.health is health
    assert connection.health_detail
    assert connection.next_try_at is not None
    assert scene.turns.cursor == {"at": 1}
    assert scene.turns.failures == 1
    assert scene.turns.wait > 0


def test_a_bug_is_told_to_operators() -> None:
    scene = Scene(raising(ZeroDivisionError()))
    scene.poll()
    assert ("bug", "poll", "ZeroDivisionError") in scene.heard.lines


def test_a_note_of_the_connector_is_part_of_good_health() -> None:
    connection = Scene(lambda: Page(note="Listening is limited.")).poll()
    assert (connection.health, connection.health_detail) == (Health.OK, "Listening is limited.")


def test_a_channel_nobody_listens_to_is_not_polled() -> None:
    scene = Scene(raising(AssertionError()), state=ConnectionState.DISCONNECTED)
    scene.poll()
    assert scene.turns.is_stopped
