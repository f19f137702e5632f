"""A short life of an organization, told by orders and facts only: it fills every collection."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from chassis.mongo.factory import WorkFactory
from chassis.ports import Actor, ActorKind, Delivered
from contracts.envelope import Envelope
from contracts.facts import Fact
from contracts.ingest import (
    Attachment,
    Author,
    ChannelConnected,
    ChannelHealthChanged,
    Direction,
    Health,
    MentionArrived,
    MentionKind,
)
from contracts.permissions import Role, ScopeKind
from contracts.topics import Topic
from contracts.workflow.content import (
    DraftContent,
    DraftReply,
    Schedule,
    SubmitContent,
    Variant,
    Verdict,
    VoteOnContent,
)
from contracts.workflow.conversations import ClaimConversation
from contracts.workflow.deliveries import (
    BeginAttempt,
    IdempotencyClass,
    LeaseDelivery,
    Outcome,
    RecordAttempt,
    ResumeAll,
    StopAll,
)
from contracts.workflow.media import AddMedia
from contracts.workflow.organizations import (
    GrantRole,
    RevokeGrant,
    RoutingAction,
    RoutingRule,
    SetRoutingRules,
)
from contracts.workflow.review import DelegateReviews, InviteReviewer
from services.workflow.adapters.consume_arrivals import arrivals_handler
from services.workflow.adapters.consume_connections import connections_handler
from services.workflow.domain.content.item import ContentItem
from services.workflow.domain.conversations.conversation import Conversation
from services.workflow.domain.deliveries.delivery import Delivery
from tests.integration.workflow_views.calendar import keep_calendar
from tests.integration.workflow_views.corrections import Mistake
from tests.integration.workflow_views.policies import rule
from tests.integration.workflow_views.trust import trust
from tests.unit.workflow_organizations.office import AnyOffice

HANDLERS: dict[Topic, Any] = {
    Topic.ARRIVALS: arrivals_handler(),
    Topic.CONNECTIONS: connections_handler(),
}


class Story:
    """Tells the story on one office; afterwards every view of workflow has documents."""

    def __init__(self, office: AnyOffice, factory: WorkFactory) -> None:
        self._office = office
        self._factory = factory
        self._reader = factory.reader(office.org_id)
        self._now = factory.clock.now()
        self._publisher = Actor(kind=ActorKind.SERVICE, account_id="ingest", org_id=office.org_id)

    def tell(self) -> None:
        """From the first unit to a confirmed reply and a post that waits for its time."""
        self._settle_in()
        self._public_speaks()
        self._answer()
        self._deliver()
        self._plan_a_post()
        self._ask_others()
        self._stop()
        Mistake(self._office, self._reader, author=self._bob, reviewer=self._eve).own_up(
            self._press, self._desk, self._channel
        )
        keep_calendar(self._office, self._bob, self._press, channel_id=self._channel, now=self._now)
        trust(self._office, self._factory, self._eve, unit_id=self._press)
        rule(self._office, self._bob, self._press, channel_id=self._channel, now=self._now)

    def _settle_in(self) -> None:
        self._press = self._office.a_unit("Press")
        self._desk = self._office.a_unit("Desk", self._press)
        self._bob = self._office.a_member("bob", (Role.MANAGER, self._press))
        self._eve = self._office.a_member("eve", (Role.REVIEWER, None))
        self._channel = self._office.a_channel(
            self._press, handle="city", deputy_ids=(self._bob.person_id,)
        )
        self._hear(self._connected(), self._unwell(), self._connected())
        self._office.give(AddMedia(hash="a" * 64, content_type="image/png", size=10))
        self._office.a_channel(self._desk, name="Waiting")
        later = self._now + timedelta(days=1)
        grant = self._office.give(
            GrantRole(
                person_id=str(self._eve.person_id),
                role=Role.ANALYST,
                scope=ScopeKind.CHANNEL,
                scope_id=self._channel,
                starts_at=self._now,
                ends_at=later,
            )
        )
        self._office.give(RevokeGrant(grant_id=grant.id))
        self._set_rules()

    def _set_rules(self) -> None:
        cards = RoutingRule(
            name="Cards", unit_id=self._desk, contains=("card",), kinds=("mention",)
        )
        bots = RoutingRule(name="Bots", action=RoutingAction.SPAM, author_handles=("bot",))
        self._office.give(SetRoutingRules(rules=(cards, bots)))

    def _public_speaks(self) -> None:
        first = self._said("1", "My card is lost.")
        self._hear(first)
        self._hear(self._said("2", "It is blue.", in_reply_to="1"))
        self._hear(self._said("3", "Our answer of last week.", direction=Direction.OUTGOING))

    def _answer(self) -> None:
        asked = self._conversation("1")
        self._office.give(ClaimConversation(conversation_id=asked), self._bob)
        draft = self._office.give(
            DraftReply(conversation_id=asked, text="We have found your card."), self._bob
        )
        self._approve(draft.content_id)

    def _approve(self, content_id: str) -> None:
        self._office.give(SubmitContent(content_id=content_id), self._bob)
        item = self._reader.get(ContentItem, content_id)
        vote = VoteOnContent(
            content_id=content_id, verdict=Verdict.APPROVE, version_hash=str(item.version_hash)
        )
        self._office.give(vote, self._eve)

    def _deliver(self) -> None:
        (delivery,) = self._reader.find(Delivery)
        lease = self._office.give(
            LeaseDelivery(
                delivery_id=delivery.id,
                lease_owner="p1",
                lease_seconds=30,
                idempotency_class=IdempotencyClass.A,
                key_life_seconds=3600,
            ),
            self._publisher,
        )
        held: dict[str, Any] = {
            "delivery_id": delivery.id,
            "lease_owner": "p1",
            "fence": lease.fence,
        }
        self._office.give(BeginAttempt(**held, request_digest="d"), self._publisher)
        confirmed = RecordAttempt(
            **held, outcome=Outcome.CONFIRMED, http_status=200, external_id="99", url="https://x/99"
        )
        self._office.give(confirmed, self._publisher)

    def _plan_a_post(self) -> None:
        wall_time = (self._now + timedelta(days=30)).strftime("%Y-%m-%dT09:30")
        draft = self._office.give(
            DraftContent(
                unit_id=self._press,
                variants=(Variant(channel_id=self._channel, text="The bridge opens."),),
                schedule=Schedule(wall_time=wall_time, time_zone="Europe/Berlin"),
            ),
            self._bob,
        )
        self._approve(draft.content_id)

    def _stop(self) -> None:
        stop = self._office.give(StopAll(reason="A flood.", exempt_channel_ids=(self._channel,)))
        self._office.give(ResumeAll(stop_id=str(stop.id), reason="It falls."))

    def _ask_others(self) -> None:
        away = DelegateReviews(
            to_id=str(self._bob.person_id),
            starts_at=self._now,
            ends_at=self._now + timedelta(days=9),
        )
        self._office.give(away, self._eve)
        words = (Variant(channel_id=self._channel, text="The bridge stays closed."),)
        draft = self._office.give(DraftContent(unit_id=self._press, variants=words), self._bob)
        self._office.give(SubmitContent(content_id=draft.content_id), self._bob)
        guest = InviteReviewer(
            content_id=draft.content_id, name="A builder", email="builder@firm.example"
        )
        self._office.give(guest, self._eve)

    def _conversation(self, external_id: str) -> str:
        found = self._factory.database["mentions"].find_one(
            {"org_id": self._office.org_id, "external_id": external_id}
        )
        assert found is not None
        return self._reader.get(Conversation, found["conversation_id"]).id

    def _hear(self, *facts: Any) -> None:
        batch = [self._delivered(fact, place) for place, fact in enumerate(facts, 1)]
        handler = HANDLERS[facts[0].TOPIC]
        self._factory.run_batch(lambda work: handler(batch, work))

    def _delivered(self, fact: Fact, sequence: int) -> Delivered:
        envelope = Envelope(
            id=self._factory.ids.new(),
            type=fact.TYPE,
            source="/rostrum/ingest",
            subject=self._channel,
            time=self._now,
            org_id=self._office.org_id,
            sequence=sequence,
        )
        return Delivered(envelope=envelope, fact=fact)

    def _connected(self) -> ChannelConnected:
        return ChannelConnected(
            channel_id=self._channel,
            platform="mastodon",
            base_url="https://mastodon.example",
            external_account_id="42",
            handle="city@mastodon.example",
            can_publish=True,
            text_limit=500,
            can_edit=True,
        )

    def _unwell(self) -> ChannelHealthChanged:
        return ChannelHealthChanged(
            channel_id=self._channel,
            health=Health.UNREACHABLE,
            detail="The server does not answer.",
            since=self._now,
            next_try_at=self._now + timedelta(minutes=1),
        )

    def _said(self, external_id: str, text: str, **changes: Any) -> MentionArrived:
        given: dict[str, Any] = {
            "mention_id": self._factory.ids.derived(
                "mention", self._office.org_id, self._channel, external_id
            ),
            "channel_id": self._channel,
            "external_id": external_id,
            "revision": "r1",
            "direction": Direction.INCOMING,
            "kind": MentionKind.MENTION,
            "author": Author(external_id="u1", handle="resident", name="A resident"),
            "text": text,
            "posted_at": self._now - timedelta(minutes=10),
            "arrived_at": self._now,
            "attachments": (Attachment(url="https://mastodon.example/a.png", type="image"),),
        }
        return MentionArrived(**(given | changes))
