"""A delivery goes out once, within its lease, with workflow's word for every step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec
import pytest

from chassis.blobs import MemoryBlobs
from chassis.clock import FixedClock
from chassis.errors import Refusal, RefusalCode, Unavailable
from chassis.outbound import MaybeSent
from contracts.commands import Answer, Command, Done
from contracts.workflow.channels import Platform
from contracts.workflow.deliveries import (
    BeginAttempt,
    DeliveryAction,
    Lease,
    LeaseDelivery,
    Outcome,
    Purpose,
    RecordAttempt,
)
from services.ingest.application.connector import Connector, Declaration, Outbound
from services.ingest.application.ports import Point, Wake
from services.ingest.application.publishing.publish_delivery import Publisher
from services.ingest.bootstrap import service_in
from services.ingest.connectors import all_connectors
from services.ingest.domain.connections.access import Access, Account
from services.ingest.domain.connections.connection import ConnectionState, Opening, ended, opened
from services.ingest.domain.listening.message import Cursor, Page
from services.ingest.domain.publishing.post import Post, SendResult
from tests.support.ingest import (
    CHANNEL,
    CIPHER,
    MOMENT,
    ORG,
    Heard,
    ScriptedWorkflow,
    a_channel,
    memory_units,
)

LEASE = Lease(
    is_granted=True,
    delivery_id="d-1",
    channel_id=CHANNEL,
    platform=Platform.MASTODON,
    fence=3,
    key="key-1",
    text="Yes, it is safe.",
    frozen_at=MOMENT,
    expires_in=30.0,
)
CONFIRMED = SendResult(outcome=Outcome.CONFIRMED, external_id="101", http_status=200)


@dataclass
class Wakes:
    """What became of a wake-up."""

    ended: list[str] = field(default_factory=list)
    put_off: list[float] = field(default_factory=list)

    def take(self, owner: str, seconds: float) -> Wake | None:
        return None

    def done(self, wake: Wake) -> None:
        self.ended.append(wake.delivery_id)

    def later(self, wake: Wake, wait: float) -> None:
        self.put_off.append(wait)


@dataclass
class FakePlatform:
    """A connector that answers as it is told and remembers what it was asked."""

    act: Callable[[], SendResult] = lambda: CONFIRMED
    sent: list[Post] = field(default_factory=list)
    looked_for: list[Post] = field(default_factory=list)
    platform: Platform = Platform.MASTODON

    @property
    def declares(self) -> Declaration:
        return all_connectors()[self.platform].declares

    def check(self, access: Access, http: Outbound) -> Account:
        raise AssertionError("nobody asks for this")

    def poll(self, access: Access, cursor: Cursor, http: Outbound) -> Page:
        raise AssertionError("nobody asks for this")

    def send(self, access: Access, post: Post, http: Outbound) -> SendResult:
        self.sent.append(post)
        return self.act()

    def read_back(self, access: Access, post: Post, http: Outbound) -> SendResult:
        self.looked_for.append(post)
        return self.act()


@dataclass
class Scene:
    """A publisher with everything around it scripted."""

    workflow: ScriptedWorkflow
    platform: FakePlatform = field(default_factory=FakePlatform)
    clock: FixedClock = field(default_factory=lambda: FixedClock(MOMENT))
    wakes: Wakes = field(default_factory=Wakes)
    heard: Heard = field(default_factory=Heard)
    points: list[Point] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    is_connected: bool = True
    files: MemoryBlobs = field(default_factory=MemoryBlobs)

    def publish(self) -> None:
        units = memory_units(self.clock)
        connection = opened(
            Opening(
                org_id=ORG,
                channel=a_channel(),
                account=Account(external_id="1", handle="water", can_publish=True),
                connected_by=None,
                at=MOMENT,
            ),
            None,
        ).entity
        if not self.is_connected:
            connection = ended(
                connection, ConnectionState.DISCONNECTED, detail="", at=MOMENT
            ).entity
        units.run(service_in(ORG), ORG, lambda work: work.add(connection))
        connectors: dict[Platform, Connector] = {Platform.MASTODON: self.platform}
        publisher = Publisher(
            connectors=connectors,
            outbound=self._outbound,
            cipher=CIPHER,
            units=units,
            workflow=self.workflow,
            wakes=self.wakes,
            files=self.files,
            report=self.heard,
            clock=self.clock,
            actor=service_in,
            owner="publisher-1",
            lease_seconds=30.0,
            at=self.points.append,
        )
        publisher.publish(a_wake())

    def _outbound(self, seconds: float) -> Any:
        self.seconds.append(seconds)
        return object()

    def recorded(self) -> RecordAttempt:
        (found,) = [order for order in self.workflow.orders if isinstance(order, RecordAttempt)]
        return found


def a_wake(**fields: Any) -> Wake:
    defaults: dict[str, Any] = {
        "org_id": ORG,
        "delivery_id": "d-1",
        "channel_id": CHANNEL,
        "purpose": Purpose.SEND,
        "fence": 1,
        "wanted": 1,
        "failures": 0,
    }
    return Wake(**{**defaults, **fields})


def a_scene(**answers: Any) -> Scene:
    """Workflow grants everything unless told otherwise."""
    laid_out: dict[type[Command], Any] = {
        LeaseDelivery: answers.get("lease", LEASE),
        BeginAttempt: answers.get("begin", Done(id="d-1")),
        RecordAttempt: answers.get("record", Done(id="d-1")),
    }
    return Scene(workflow=ScriptedWorkflow(laid_out))


def no(code: RefusalCode) -> Refusal:
    return Refusal(code, "no")


def test_a_send_has_workflows_word_before_and_after() -> None:
    scene = a_scene()
    scene.publish()
    assert scene.workflow.names() == ["LeaseDelivery", "BeginAttempt", "RecordAttempt"]
    assert scene.recorded().outcome is Outcome.CONFIRMED
    assert scene.recorded().external_id == "101"
    assert scene.wakes.ended == ["d-1"]
    assert scene.points == [
        Point.BEFORE_CLAIM, Point.AFTER_CLAIM, Point.BEFORE_SEND, Point.AFTER_ANSWER,
        Point.AFTER_RECORD,
    ]  # fmt: skip


def test_begin_and_record_carry_keys_of_the_lease() -> None:
    scene = a_scene()
    scene.publish()
    assert scene.workflow.keys == [None, "d-1/3/begin", "d-1/3/record"]


def test_what_is_sent_is_what_was_leased() -> None:
    scene = a_scene()
    scene.publish()
    (post,) = scene.platform.sent
    assert (post.key, post.text, post.frozen_at) == ("key-1", "Yes, it is safe.", MOMENT)
    (begin,) = [o for o in scene.workflow.orders if isinstance(o, BeginAttempt)]
    assert begin.request_digest == post.digest


@pytest.mark.parametrize("step", ["lease", "begin"])
def test_nothing_is_sent_without_workflow(step: str) -> None:
    scene = a_scene(**{step: Unavailable("away")})
    scene.publish()
    assert scene.platform.sent == []
    assert scene.wakes.ended == []
    assert scene.wakes.put_off == [0.5]


@pytest.mark.parametrize("code", [RefusalCode.NOT_APPROVED, RefusalCode.FENCED])
def test_nothing_is_sent_after_a_refusal(code: RefusalCode) -> None:
    scene = a_scene(begin=no(code))
    scene.publish()
    assert scene.platform.sent == []
    assert scene.wakes.ended == ["d-1"]


def test_a_lease_that_is_not_granted_ends_the_wake_up() -> None:
    scene = a_scene(lease=Lease(is_granted=False, reason="late"))
    scene.publish()
    assert scene.workflow.names() == ["LeaseDelivery"]
    assert scene.wakes.ended == ["d-1"]


def test_writing_starts_only_with_half_of_the_lease_left() -> None:
    scene = a_scene()
    scene.workflow.answers[BeginAttempt] = lambda _: _slow(scene.clock, 15.5)
    scene.publish()
    assert scene.platform.sent == []
    assert scene.recorded().outcome is Outcome.NOT_APPLIED


def test_the_way_out_closes_before_the_lease() -> None:
    scene = a_scene()
    scene.workflow.answers[BeginAttempt] = lambda _: _slow(scene.clock, 10.0)
    scene.publish()
    assert scene.seconds == [19.0]


def test_a_read_back_sends_nothing() -> None:
    scene = a_scene(lease=msgspec.structs.replace(LEASE, purpose=Purpose.READ_BACK))
    scene.platform.act = lambda: SendResult(outcome=Outcome.ABSENT)
    scene.publish()
    assert scene.platform.sent == []
    assert len(scene.platform.looked_for) == 1
    assert scene.workflow.names() == ["LeaseDelivery", "RecordAttempt"]
    assert scene.recorded().outcome is Outcome.ABSENT


def test_a_look_that_did_not_take_place_is_not_recorded() -> None:
    scene = a_scene(lease=msgspec.structs.replace(LEASE, purpose=Purpose.READ_BACK))
    scene.platform.act = lambda: SendResult(outcome=Outcome.UNKNOWN, could_look=False)
    scene.publish()
    assert scene.workflow.names() == ["LeaseDelivery"]
    assert ("attempted", "mastodon", Purpose.READ_BACK, Outcome.UNKNOWN) in scene.heard.lines


def test_a_connector_that_breaks_leaves_the_send_unknown() -> None:
    scene = a_scene()
    scene.platform.act = _broken
    scene.publish()
    assert scene.recorded().outcome is Outcome.UNKNOWN
    assert ("bug", "send", "KeyError") in scene.heard.lines


def test_a_channel_that_is_not_connected_fails_with_a_reason() -> None:
    scene = replace(a_scene(), is_connected=False)
    scene.publish()
    assert scene.recorded().outcome is Outcome.REFUSED
    assert "connect" in scene.recorded().detail


@pytest.mark.parametrize("action", [DeliveryAction.EDIT, DeliveryAction.DELETE])
def test_what_a_platform_does_not_allow_is_refused_before_it_is_asked(
    action: DeliveryAction,
) -> None:
    scene = a_scene(lease=msgspec.structs.replace(LEASE, action=action, target_external_id="101"))
    scene.platform.platform = Platform.WEBHOOK
    scene.publish()
    assert scene.platform.sent == []
    assert scene.recorded().outcome is Outcome.REFUSED
    assert action.value in scene.recorded().detail


def test_a_change_names_what_it_changes() -> None:
    lease = msgspec.structs.replace(LEASE, action=DeliveryAction.EDIT, target_external_id="101")
    scene = a_scene(lease=lease)
    scene.publish()
    (post,) = scene.platform.sent
    assert (post.action, post.target_external_id) == (DeliveryAction.EDIT, "101")


def test_what_needs_a_person_is_counted() -> None:
    done = Done(id="d-1", state="needs_person")
    scene = a_scene(record=done, lease=msgspec.structs.replace(LEASE, purpose=Purpose.READ_BACK))
    scene.publish()
    assert ("needs a person", "mastodon") in scene.heard.lines


def test_a_record_that_comes_too_late_changes_nothing() -> None:
    scene = a_scene(record=no(RefusalCode.FENCED))
    scene.publish()
    assert ("not granted", "Fenced") in scene.heard.lines
    assert scene.wakes.ended == ["d-1"]


def test_a_record_that_did_not_arrive_is_asked_about_again() -> None:
    scene = a_scene(record=MaybeSent("away"))
    scene.publish()
    assert scene.wakes.ended == []
    assert len(scene.platform.sent) == 1


def _slow(clock: FixedClock, seconds: float) -> Answer:
    clock.advance(seconds)
    return Done(id="d-1")


def _broken() -> SendResult:
    raise KeyError("unexpected")
