"""One poll: ask the platform, store what arrived, then the cursor, then what changed in health.

In this order a crash costs a second look and nothing else: arrivals have their own key.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from chassis.errors import Refusal, Unavailable
from chassis.ports import Actor, Clock, Ids, Work
from contracts.ingest import Health
from contracts.workflow.channels import Platform
from services.ingest.application import credentials
from services.ingest.application.connector import Connector, Outbound
from services.ingest.application.ports import (
    Arrivals,
    Cipher,
    Reader,
    Report,
    SetAside,
    Turn,
    Turns,
    Units,
)
from services.ingest.domain.connections.access import Access
from services.ingest.domain.connections.connection import (
    Connection,
    ConnectionState,
    Observation,
    observed,
)
from services.ingest.domain.connections.trouble import Trouble, pause_after
from services.ingest.domain.listening.arrival import Receiver, received
from services.ingest.domain.listening.message import Page, Unread


@dataclass(frozen=True, kw_only=True)
class Listener:
    """What polling needs. ``interval`` in seconds; ``jitter`` gives numbers in 0..1."""

    connectors: Mapping[Platform, Connector]
    http: Outbound
    cipher: Cipher
    units: Units
    turns: Turns
    arrivals: Arrivals
    report: Report
    clock: Clock
    ids: Ids
    actor: Actor
    interval: float
    jitter: Callable[[], float]

    def poll(self, turn: Turn) -> None:
        """Take one turn; what the platform does wrong is a state of the channel."""
        reader = self.units.reader(turn.org_id)
        connection = reader.first(Connection, id=turn.channel_id)
        if connection is None or connection.state is not ConnectionState.LISTENING:
            self.turns.stop(turn.org_id, turn.channel_id)
            return
        began = self.clock.monotonic()
        try:
            page = self._ask(reader, connection, turn)
        except Trouble as trouble:
            self._wait(connection, turn, trouble)
            health = trouble.health
        else:
            self._take(connection, turn, page)
            health = Health.OK
        self.report.polled(connection.platform.value, health, self.clock.monotonic() - began)

    def _ask(self, reader: Reader, connection: Connection, turn: Turn) -> Page:
        """The page; everything that can go wrong on the way is Trouble."""
        connector = self.connectors[connection.platform]
        try:
            access = access_to(reader, self.cipher, connection)
            return connector.poll(access, turn.cursor, self.http)
        except Trouble:
            raise
        except Unavailable as away:
            raise _unreachable(away) from away
        except Refusal as no:
            raise Trouble(Health.FAILING, no.sentence) from no
        except Exception as bug:
            # One tenant's odd payload must not end the polling of everybody else.
            self.report.bug("poll", bug)
            sentence = (
                f"The connector cannot handle what the platform sends ({type(bug).__name__})."
            )
            raise Trouble(Health.FAILING, sentence) from bug

    def _take(self, connection: Connection, turn: Turn, page: Page) -> None:
        now = self.clock.now()
        self._store(connection, page, now)
        wait = self.interval if page.next_poll_after is None else page.next_poll_after
        self.turns.give_back(turn, cursor=page.cursor, failures=0, wait=wait)
        if page.renewed:
            self._renew(turn, page.renewed)
        self._observe(connection, Observation(health=Health.OK, detail=page.note))

    def _store(self, connection: Connection, page: Page, now: datetime) -> None:
        receiver = Receiver(
            org_id=connection.org_id, channel_id=connection.id, source="poll", arrived_at=now
        )
        arrivals, large = received(page.arrivals, receiver, self.ids)
        if arrivals:
            stored = self.arrivals.store(arrivals)
            self.report.arrived(connection.platform.value, arrivals, stored)
        unreadable = [*page.unreadable, *large]
        if unreadable:
            self.arrivals.set_aside([_aside(connection, item, now) for item in unreadable])
            self.report.unreadable(connection.platform.value, len(unreadable))

    def _wait(self, connection: Connection, turn: Turn, trouble: Trouble) -> None:
        pause = pause_after(trouble, turn.failures, interval=self.interval, jitter=self.jitter())
        self.turns.give_back(turn, cursor=turn.cursor, failures=pause.failures, wait=pause.seconds)
        next_try = self.clock.now() + timedelta(seconds=pause.seconds)
        seen = Observation(health=trouble.health, detail=trouble.sentence, next_try_at=next_try)
        self._observe(connection, seen)

    def _observe(self, connection: Connection, seen: Observation) -> None:
        """A transaction only where something changed."""
        if not observed(connection, seen, self.clock.now()).facts:
            return

        def note(work: Work) -> None:
            current = work.get(Connection, connection.id)
            step = observed(current, seen, work.now)
            if step.facts:
                work.save(step.entity, *step.facts)

        self.units.run(self.actor, connection.org_id, note)

    def _renew(self, turn: Turn, values: Mapping[str, str]) -> None:
        def keep(work: Work) -> None:
            credentials.renew(work, self.cipher, turn.channel_id, values=values)

        self.units.run(self.actor, turn.org_id, keep)


def access_to(reader: Reader, cipher: Cipher, connection: Connection) -> Access:
    """Everything a connector needs to act for the channel."""
    values = credentials.opened(reader, cipher, connection.id)
    return Access(
        base_url=connection.base_url,
        credentials=values or {},
        external_account_id=connection.external_account_id,
        handle=connection.handle,
    )


def _unreachable(away: Unavailable) -> Trouble:
    sentence = f"The platform is out of reach: {away}"
    return Trouble(Health.UNREACHABLE, sentence, retry_after=away.retry_after)


def _aside(connection: Connection, item: Unread, now: datetime) -> SetAside:
    return SetAside(
        org_id=connection.org_id, channel_id=connection.id, source="poll", item=item, at=now
    )
