"""One delivery from wake-up to record (DOMAIN 6, ARCHITECTURE rule 8).

Workflow owns the delivery and decides; we ask for a lease, say that we begin, send, and say how it
ended. Without an answer from workflow nothing is sent, and an attempt that began is never repeated
here: what became of it is workflow's question, asked as a read-back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, TypeVar

import msgspec

from chassis.errors import Refusal, Unavailable, Unreadable
from chassis.ports import Actor, Clock, Work
from contracts.commands import Answer, Done
from contracts.workflow.channels import Platform
from contracts.workflow.deliveries import (
    BeginAttempt,
    DeliveryAction,
    DeliveryState,
    IdempotencyClass,
    Lease,
    LeaseDelivery,
    Outcome,
    Purpose,
    RecordAttempt,
)
from services.ingest.application import credentials
from services.ingest.application.connector import (
    Capability,
    Captured,
    Connector,
    Outbound,
    ProfileConnector,
)
from services.ingest.application.listening.poll_channel import access_to
from services.ingest.application.ports import (
    At,
    Cipher,
    Files,
    Point,
    Report,
    Units,
    Wake,
    Wakes,
    Workflow,
)
from services.ingest.application.publishing.gather_files import Gathered, gathered
from services.ingest.domain.connections.access import Access
from services.ingest.domain.connections.connection import Connection, ConnectionState
from services.ingest.domain.connections.trouble import Trouble
from services.ingest.domain.publishing.post import Post, SendResult, may_begin, post_of

A = TypeVar("A", bound=Answer)

MARGIN: Final = 1.0
"""Seconds between the last socket time-out and the end of the lease."""
FIRST_WAIT: Final = 0.5
LONGEST_WAIT: Final = 30.0


@dataclass(frozen=True, kw_only=True)
class Publisher:
    """What sending needs. ``outbound(seconds)`` is a way out that closes by then.

    ``owner`` is this process among its twins; ``lease_seconds`` what it asks for.
    """

    connectors: Mapping[Platform, Connector]
    outbound: Callable[[float], Outbound]
    cipher: Cipher
    units: Units
    workflow: Workflow
    wakes: Wakes
    files: Files
    report: Report
    clock: Clock
    actor: Callable[[str], Actor]
    owner: str
    lease_seconds: float
    at: At

    def publish(self, wake: Wake) -> None:
        """Take one wake-up to its end, or put it off because workflow is out of reach."""
        try:
            self._publish(wake)
        except Unavailable as away:
            wait = away.retry_after or FIRST_WAIT * 2.0 ** min(wake.failures, 10)
            self.wakes.later(wake, min(wait, LONGEST_WAIT))
        else:
            self.wakes.done(wake)

    def _publish(self, wake: Wake) -> None:
        connection = self.units.reader(wake.org_id).first(Connection, id=wake.channel_id)
        try_ = Try(self, wake, connection)
        self.at(Point.BEFORE_CLAIM)
        if not try_.claim():
            return
        self.at(Point.AFTER_CLAIM)
        try_.open_access()
        try_.gather()
        if try_.lease.purpose is Purpose.READ_BACK:
            try_.look()
        elif try_.capture() and try_.begin():
            try_.record(try_.send())


class Try:
    """One lease of one delivery, from claim to record."""

    def __init__(self, publisher: Publisher, wake: Wake, connection: Connection | None) -> None:
        self._publisher = publisher
        self._wake = wake
        self._connection = connection if _is_open(connection) else None
        self._began = publisher.clock.monotonic()
        self._access = Access(base_url="", credentials={})
        self._captured: Captured | None = None
        self._gathered = Gathered()
        self.lease = Lease(is_granted=False)

    def claim(self) -> bool:
        """Ask for the lease; the time we may use runs from before the question."""
        declares = self._connector.declares if self._connector else None
        order = LeaseDelivery(
            delivery_id=self._wake.delivery_id,
            lease_owner=self._publisher.owner,
            lease_seconds=self._publisher.lease_seconds,
            idempotency_class=declares.idempotency_class if declares else IdempotencyClass.C,
            key_life_seconds=declares.key_life_seconds if declares else 0,
        )
        try:
            self.lease = self._ask(order, Lease)
        except Refusal as no:
            self._publisher.report.not_granted(no.code.value)
            return False
        if not self.lease.is_granted:
            self._publisher.report.not_granted("not granted")
        return self.lease.is_granted

    def open_access(self) -> None:
        """Before anything is begun; what cannot be opened is as good as not connected."""
        if self._connection is None:
            return
        reader = self._publisher.units.reader(self._wake.org_id)
        try:
            self._access = access_to(reader, self._publisher.cipher, self._connection)
        except Unreadable as wrong:
            self._publisher.report.bug("credentials", wrong)
            self._connection = None

    def gather(self) -> None:
        """The bytes of what is attached, before anything is begun; without them nothing is sent."""
        if self.lease.purpose is not Purpose.READ_BACK:
            files = self._publisher.files
            self._gathered = gathered(files, self._wake.org_id, self.lease)

    def capture(self) -> bool:
        """Write down what a change of a profile will cover, before it does; False: not now."""
        if self.lease.action is not DeliveryAction.PROFILE or self.lease.is_captured:
            return True
        connector = self._connector
        if connector is None:
            self.record(_not_connected())
            return False
        shows: object = connector
        if not isinstance(shows, ProfileConnector) or not _can(connector, self._post):
            self.record(_cannot(self._post))
            return False
        return self._keep(shows)

    def _keep(self, connector: ProfileConnector) -> bool:
        try:
            self._captured = self._kept(connector)
        except (Unavailable, Trouble, Refusal, OSError) as away:
            detail = f"What stands there now could not be kept: {away}"
            self.record(SendResult(outcome=Outcome.NOT_APPLIED, detail=detail))
            return False
        return True

    def _kept(self, connector: ProfileConnector) -> Captured:
        left = max(self.lease.expires_in / 2 - self._elapsed - MARGIN, 0.0)
        found = connector.capture(self._access, self._post, self._publisher.outbound(left))
        for content in found.files.values():
            self._publisher.files.put(self._wake.org_id, content)
        return found

    def begin(self) -> bool:
        """Everything is checked again by workflow, which writes ``sending``; False: do not send."""
        order = BeginAttempt(
            delivery_id=self._wake.delivery_id,
            lease_owner=self._publisher.owner,
            fence=self.lease.fence,
            request_digest=self._post.digest,
            captured=self._captured.change if self._captured else None,
            captured_media=self._captured.media if self._captured else (),
        )
        try:
            self._ask(order, Answer, step="begin")
        except Refusal as no:
            self._publisher.report.not_granted(no.code.value)
            return False
        return True

    def send(self) -> SendResult:
        """One try on the platform; never raises, because it has to be recorded."""
        if self._connector is None:
            return _not_connected()
        if not _can(self._connector, self._post):
            return _cannot(self._post)
        if self._gathered.lost:
            return self._gathered.lost
        if not may_begin(self._elapsed, self.lease.expires_in):
            detail = "Half of the lease was gone before the first byte."
            return SendResult(outcome=Outcome.NOT_APPLIED, detail=detail)
        self._publisher.at(Point.BEFORE_SEND)
        result = self._act(self._connector.send)
        self._publisher.at(Point.AFTER_ANSWER)
        return result

    def look(self) -> None:
        """Is it there? Recorded only if we looked: the lease lapses, and workflow asks again.

        A channel that is away for hours would otherwise use up its look-ups while nobody can look.
        """
        result = self._read_back()
        if result.could_look:
            self.record(result)
        else:
            self._report(result)

    def _read_back(self) -> SendResult:
        if self._connector is None:
            detail = "The channel is not connected, so nobody can look."
            return SendResult(outcome=Outcome.UNKNOWN, detail=detail)
        if not may_begin(self._elapsed, self.lease.expires_in):
            detail = "Half of the lease was gone before the first look."
            return SendResult(outcome=Outcome.UNKNOWN, detail=detail, could_look=False)
        return self._act(self._connector.read_back)

    def record(self, result: SendResult) -> None:
        """Tell workflow how it ended; a newer lease makes it deaf to us, and that is right."""
        order = RecordAttempt(
            delivery_id=self._wake.delivery_id,
            lease_owner=self._publisher.owner,
            fence=self.lease.fence,
            outcome=result.outcome,
            http_status=result.http_status,
            external_id=result.external_id,
            url=result.url,
            detail=result.detail,
            retry_after=result.retry_after,
        )
        try:
            done = self._ask(order, Done, step="record")
        except Refusal as no:
            self._publisher.report.not_granted(no.code.value)
        else:
            if done.state == DeliveryState.NEEDS_PERSON:
                self._publisher.report.needs_person(self._platform)
        self._report(result)
        self._publisher.at(Point.AFTER_RECORD)
        self._renew(result.renewed)

    def _report(self, result: SendResult) -> None:
        self._publisher.report.attempted(self._platform, self.lease.purpose, result.outcome)

    @property
    def _platform(self) -> str:
        return self._connection.platform.value if self._connection else "none"

    @property
    def _connector(self) -> Connector | None:
        if self._connection is None:
            return None
        return self._publisher.connectors.get(self._connection.platform)

    @property
    def _elapsed(self) -> float:
        return self._publisher.clock.monotonic() - self._began

    @property
    def _post(self) -> Post:
        post = post_of(self.lease, self._publisher.clock.now())
        return msgspec.structs.replace(post, files=self._gathered.files)

    def _act(self, act: Callable[..., SendResult]) -> SendResult:
        left = max(self.lease.expires_in - self._elapsed - MARGIN, 0.0)
        publisher = self._publisher
        try:
            return act(self._access, self._post, publisher.outbound(left))
        except Exception as bug:  # noqa: BLE001 - bytes may have left: it has to be recorded
            publisher.report.bug("send", bug)
            detail = f"The connector failed in the middle ({type(bug).__name__})."
            return SendResult(outcome=Outcome.UNKNOWN, detail=detail)

    def _renew(self, values: Mapping[str, str]) -> None:
        if not values:
            return
        publisher, channel_id = self._publisher, self._wake.channel_id

        def keep(work: Work) -> None:
            credentials.renew(work, publisher.cipher, channel_id, values=values)

        publisher.units.run(publisher.actor(self._wake.org_id), self._wake.org_id, keep)

    def _ask(self, order: LeaseDelivery | BeginAttempt | RecordAttempt, kind: type[A], *,
             step: str = "") -> A:  # fmt: skip
        key = f"{self._wake.delivery_id}/{self.lease.fence}/{step}" if step else None
        answer = self._publisher.workflow.send(
            order, self._publisher.actor(self._wake.org_id), key=key
        )
        if not isinstance(answer, kind):
            raise TypeError(f"workflow answered {type(answer).__name__}")
        return answer


def _is_open(connection: Connection | None) -> bool:
    return connection is not None and connection.state is ConnectionState.LISTENING


_NEEDS: Final = {
    DeliveryAction.PUBLISH: Capability.PUBLISH,
    DeliveryAction.EDIT: Capability.EDIT,
    DeliveryAction.DELETE: Capability.DELETE,
    DeliveryAction.PROFILE: Capability.PROFILE,
    DeliveryAction.PROFILE_REVERT: Capability.PROFILE,
}


def _can(connector: Connector, post: Post) -> bool:
    return _NEEDS[post.action] in connector.declares.capabilities


def _cannot(post: Post) -> SendResult:
    detail = f"This platform does not let us {post.action.value}: do it there by hand."
    return SendResult(outcome=Outcome.REFUSED, detail=detail)


def _not_connected() -> SendResult:
    detail = "The channel is not connected: connect it and try again."
    return SendResult(outcome=Outcome.REFUSED, detail=detail)
