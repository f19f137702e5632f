"""Builders of arrivals, channels and rules with defaults, and a desk that runs the use cases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from chassis.clock import FixedClock
from chassis.ids import SystemIds, derived
from chassis.memory.work import MemoryWorkFactory
from chassis.mongo.factory import service_actor
from chassis.ports import Actor, ActorKind, BatchWork, Change, Delivered, Work
from contracts.commands import Command, Done
from contracts.envelope import Envelope
from contracts.facts import Fact, decode
from contracts.ingest import Author, Direction, Health, MentionArrived, MentionKind
from contracts.workflow.channels import ChannelState, Platform
from contracts.workflow.organizations import RoutingAction
from services.workflow.application.conversations import HANDLERS, TIMERS
from services.workflow.application.conversations.attach_arrivals import arrivals_handler
from services.workflow.application.conversations.entity_threads import EntityThreads
from services.workflow.application.conversations.ports import Recognize, Threads
from services.workflow.bootstrap import MAPPINGS
from services.workflow.domain.channels.entities import Channel, ChannelHealth
from services.workflow.domain.conversations.conversation import Conversation
from services.workflow.domain.conversations.mention import Mention
from services.workflow.domain.organizations.entities import RoutingRow, Unit
from services.workflow.domain.people.entities import Person

ACME = derived("organization", "acme")
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DESK, BILLING = "unit-desk", "unit-billing"


def minutes(count: float, since: datetime = NOW) -> datetime:
    """So many minutes later."""
    return since + timedelta(minutes=count)


def an_arrival(external_id: str = "m1", *, at: float = 0, **changes: Any) -> MentionArrived:
    """A question of the public, posted ``at`` minutes after NOW on the channel ``c1``."""
    channel_id = changes.get("channel_id", "c1")
    fields: dict[str, Any] = {
        "mention_id": derived("mention", ACME, channel_id, external_id),
        "channel_id": channel_id,
        "external_id": external_id,
        "revision": "1",
        "direction": Direction.INCOMING,
        "kind": MentionKind.MENTION,
        "author": Author(external_id="u1", handle="ann"),
        "text": "Where is my parcel?",
        "posted_at": minutes(at),
        "arrived_at": minutes(at + 1),
    }
    return MentionArrived(**{**fields, **changes})


def an_answer(external_id: str, to: str | None, *, at: float = 0, **changes: Any) -> MentionArrived:
    """Something our own account said on the platform itself."""
    return an_arrival(
        external_id,
        at=at,
        **{"direction": Direction.OUTGOING, "in_reply_to": to, "text": "On its way.", **changes},
    )


def a_deletion(external_id: str, *, at: float = 0, **changes: Any) -> MentionArrived:
    """The notice that a message is gone."""
    gone = {"revision": "deleted", "is_deleted": True, "text": ""}
    return an_arrival(external_id, at=at, **{**gone, **changes})


def a_channel(ident: str = "c1", **changes: Any) -> Channel:
    """An active channel of the desk."""
    fields: dict[str, Any] = {
        "id": ident,
        "org_id": ACME,
        "platform": Platform.MASTODON,
        "name": ident,
        "handle": "acme",
        "base_url": "https://social.example",
        "unit_id": DESK,
        "steward_id": "p1",
        "deputy_ids": (),
        "state": ChannelState.ACTIVE,
        "health": ChannelHealth(state=Health.OK, detail=""),
        "can_publish": True,
        "text_limit": 500,
        "created_at": NOW,
    }
    return Channel(**{**fields, **changes})


def a_rule(position: int, action: RoutingAction, *contains: str, **changes: Any) -> RoutingRow:
    """A rule on words."""
    fields: dict[str, Any] = {
        "id": f"rule-{position}",
        "org_id": ACME,
        "position": position,
        "name": f"{action.value} {' '.join(contains)}",
        "action": action,
        "unit_id": BILLING if action is RoutingAction.ROUTE else None,
        "channel_ids": (),
        "contains": contains,
        "author_handles": (),
        "kinds": (),
    }
    return RoutingRow(**{**fields, **changes})


def a_unit(ident: str) -> Unit:
    """A unit at the top."""
    return Unit(id=ident, org_id=ACME, name=ident, parent_id=None, time_zone="UTC", created_at=NOW)


def a_member(ident: str, *, is_active: bool = True) -> Person:
    """A member of the desk."""
    return Person(
        id=ident,
        org_id=ACME,
        account_id=f"account-{ident}",
        email=f"{ident}@acme.example",
        name=ident.title(),
        unit_id=DESK,
        is_active=is_active,
        created_at=NOW,
    )


def delivered(arrival: MentionArrived, org_id: str = ACME) -> Delivered:
    """The fact as the consumer hands it on."""
    envelope = Envelope(
        id=f"{arrival.mention_id}/{arrival.revision}",
        type=arrival.TYPE,
        source="/rostrum/ingest",
        subject=arrival.mention_id,
        time=arrival.arrived_at,
        org_id=org_id,
        sequence=1,
    )
    return Delivered(envelope=envelope, fact=arrival)


def none_of_ours(_batch: BatchWork, _org: str, _said: Sequence[MentionArrived]) -> frozenset[str]:
    """No arrival is a delivery of ours."""
    return frozenset()


class Desk:
    """One organization's conversations over some store."""

    def __init__(
        self,
        factory: Any,
        *,
        clock: FixedClock,
        threads: Threads | None = None,
        recognize: Recognize = none_of_ours,
    ) -> None:
        self.factory = factory
        self.clock = clock
        self._handle = arrivals_handler(threads or EntityThreads(), recognize)

    def prepare(self, *rules: RoutingRow, channels: Iterable[Channel] = ()) -> None:
        """Units, people, channels ``c1`` and ``c2``, and these rules."""
        made = list(channels) or [a_channel("c1"), a_channel("c2")]
        people = [a_member(name) for name in ("ann", "bob")]
        rows = [*made, *rules, *people, a_unit(DESK), a_unit(BILLING)]
        changes = [Change(entity=row, is_new=True) for row in rows]
        self.factory.run_batch(lambda batch: batch.write(changes))

    def hear(self, *arrivals: MentionArrived) -> None:
        """One batch."""
        facts = [delivered(one) for one in arrivals]
        self.factory.run_batch(lambda batch: self._handle(facts, batch))

    def order(self, command: Command, person: str = "ann") -> Done:
        """The answer to a person's order."""
        actor = Actor(
            kind=ActorKind.PERSON, account_id=f"account-{person}", org_id=ACME, person_id=person
        )
        done: Done = self.act(lambda work: HANDLERS[type(command)](command, work), actor)
        return done

    def act(self, fn: Any, actor: Actor | None = None) -> Any:
        """One transaction."""
        return self.factory.run(actor or service_actor("workflow"), ACME, fn)

    def pass_time(self, seconds: float) -> None:
        """Advance the clock and handle every timer that is due by then."""
        self.clock.advance(seconds)
        while due := self.factory.timers.due(self.clock.now(), 100):
            for timer in due:
                self.act(lambda work, timer=timer: self._ring(timer, work))

    def _ring(self, timer: Any, work: Work) -> None:
        if self.factory.timers.take(timer):
            TIMERS[timer.kind](timer.subject_id, work)

    def threads(self) -> list[Conversation]:
        """Conversations that hold messages, the earliest first."""
        found = self.factory.reader(ACME).find(Conversation, limit=10_000)
        alive = [thread for thread in found if thread.merged_into_id is None]
        return sorted(alive, key=lambda thread: (thread.opened_at, thread.id))

    def thread(self) -> Conversation:
        """The only one."""
        (found,) = self.threads()
        return found

    def mentions(self) -> list[Mention]:
        """Every stored message."""
        found: list[Mention] = self.factory.reader(ACME).find(Mention, limit=10_000)
        return found


def a_desk(*rules: RoutingRow, **parts: Any) -> Desk:
    """A prepared desk in memory."""
    clock = FixedClock(NOW)
    factory = MemoryWorkFactory(MAPPINGS, clock, SystemIds(clock), "workflow")
    channels = parts.pop("channels", ())
    desk = Desk(factory, clock=clock, **parts)
    desk.prepare(*rules, channels=channels)
    return desk


def told(desk: Desk) -> list[tuple[str, Fact]]:
    """(aggregate, fact) of everything the twin's outbox holds, in order per aggregate."""
    rows: list[Mapping[str, Any]] = desk.factory.store.all("outbox")
    ordered = sorted(rows, key=lambda row: (row["aggregate_id"], row["sequence"]))
    return [(row["aggregate_id"], decode(row["type"], row["body"])) for row in ordered]


def told_of(desk: Desk, kind: type[Fact]) -> list[Any]:
    """Every fact of one kind."""
    return [fact for _, fact in told(desk) if isinstance(fact, kind)]
