"""Trust through the orders people give, on the twin in memory."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from chassis.mongo.factory import service_actor
from chassis.ports import Actor, Work
from contracts.facts import decode
from contracts.permissions import Role, ScopeKind
from contracts.refusals import Refusal, RefusalCode
from contracts.views import VIEWS
from contracts.workflow import trust as orders
from contracts.workflow.content import DraftContent, EditContent, Finding, Variant
from contracts.workflow.content_states import AfterReview, StageMode, TopicRisk
from contracts.workflow.organizations import DeactivatePerson, GrantRole
from contracts.workflow.trust import LedgerOutcome, RouteRule, RouteStage, TrustNoted, TrustTier
from services.workflow.application.trust.ledger import note_clean, note_incident
from services.workflow.application.trust.routing import route_of
from services.workflow.application.trust.sampling import is_drawn
from services.workflow.domain.content.item import ContentItem
from services.workflow.domain.content.routes import Route
from services.workflow.domain.trust.entry import LedgerEntry
from services.workflow.domain.trust.record import TrustRecord
from services.workflow.domain.trust.settings import ReviewSettings
from tests.unit.workflow_content.newsroom import Newsroom

DAY = 86_400


class TrustRoom(Newsroom):
    """A newsroom whose routes and ledger can be looked into."""

    def within(self, act: Any) -> Any:
        """What a use case would do in its transaction."""
        return self.factory.run(service_actor("workflow"), self.org_id, act)

    def route(self, content_id: str, *findings: Finding) -> Route:
        """The route of an item as it is now."""
        found = self.within(
            lambda work: route_of(work.get(ContentItem, content_id), findings, work)
        )
        assert isinstance(found, Route)
        return found

    def clean(self, content_id: str, times: int) -> None:
        """So many clean publications like this one."""

        def run(work: Work) -> None:
            item = work.get(ContentItem, content_id)
            for n in range(times):
                other = self.like(item, f"{item.id}-{n}")
                note_clean(other, self.channel_id, work)

        self.within(run)

    def about(self, content_id: str, topic: str) -> None:
        """It speaks of this topic."""

        def run(work: Work) -> None:
            work.save(msgspec.structs.replace(work.get(ContentItem, content_id), topic=topic))

        self.within(run)

    def incident(self, content_id: str, severity: int, **changes: Any) -> None:
        """Something was wrong with it."""
        given: dict[str, Any] = {
            "self_reported": False,
            "source_id": f"source-{severity}",
            "severity": severity,
        }

        def run(work: Work) -> None:
            item = work.get(ContentItem, content_id)
            note_incident(item, self.channel_id, work=work, **(given | changes))

        self.within(run)

    @staticmethod
    def like(item: ContentItem, ident: str) -> ContentItem:
        """Another item by the same people."""
        return msgspec.structs.replace(item, id=ident)

    def entries(self, person: Actor) -> list[LedgerEntry]:
        """What the ledger holds."""
        reader = self.factory.reader(self.org_id)
        return reader.find(LedgerEntry, person_id=person.person_id)

    def shown(self, person: Actor, risk: TopicRisk = TopicRisk.R0) -> TrustRecord:
        """What is shown."""
        reader = self.factory.reader(self.org_id)
        found = reader.first(TrustRecord, person_id=person.person_id, risk=risk)
        assert found is not None
        return found


@pytest.fixture
def room() -> TrustRoom:
    """An organization that writes and reviews."""
    return TrustRoom()


def test_trust_grows_with_clean_publications_and_falls_with_incidents(room: TrustRoom) -> None:
    item = room.a_draft(topic_risk=TopicRisk.R0)
    assert room.route(item).tier is TrustTier.T0
    room.clean(item, 40)
    first = room.route(item)
    assert (first.tier, first.stages, first.after) == (TrustTier.T2, (), AfterReview.ALL)
    room.incident(item, 2)
    room.incident(item, 3)
    assert room.route(item).tier is TrustTier.T1
    assert room.shown(room.ann).incident_count == 2
    room.incident(item, 1)
    found = room.route(item)
    assert found.tier is TrustTier.T0
    assert len(found.stages) == 1
    assert "Full review until" in found.explanation


def test_the_same_source_counts_once_and_a_graver_look_adds_the_difference(room: TrustRoom) -> None:
    item = room.a_draft(topic_risk=TopicRisk.R0)
    room.clean(item, 3)
    room.clean(item, 3)
    assert len(room.entries(room.ann)) == 3
    room.incident(item, 3, source_id="s", self_reported=True)
    room.incident(item, 3, source_id="s")
    assert [e.weight for e in room.entries(room.ann) if e.severity] == [0.5]
    room.incident(item, 1, source_id="s")
    room.incident(item, 2, source_id="s")
    slips = [e for e in room.entries(room.ann) if e.severity]
    assert sorted((e.weight, e.is_repeat) for e in slips) == [(0.5, False), (7.5, True)]
    assert room.shown(room.ann).incident_count == 1


def test_an_incident_is_everybodys_who_wrote_and_praise_the_authors(room: TrustRoom) -> None:
    content_id = room.a_draft(topic_risk=TopicRisk.R0)
    dan = room.a_member("dan", (Role.AUTHOR, room.unit_id))
    item = room.item(content_id)
    words = (Variant(channel_id=room.channel_id, text="Other words."),)
    room.give(EditContent(content_id=content_id, rev=item.rev, variants=words), dan)
    room.clean(content_id, 80)
    room.incident(content_id, 1)
    assert len(room.entries(room.ann)) == 81
    (entry,) = room.entries(dan)
    assert (entry.outcome, entry.is_author) == (LedgerOutcome.INCIDENT, False)


def test_a_newcomer_who_edits_brings_the_item_back_to_full_review(room: TrustRoom) -> None:
    content_id = room.a_draft(topic_risk=TopicRisk.R0)
    room.clean(content_id, 80)
    assert room.route(content_id).tier is TrustTier.T3
    dan = room.a_member("dan", (Role.AUTHOR, room.unit_id))
    words = (Variant(channel_id=room.channel_id, text="Other words."),)
    order = EditContent(content_id=content_id, rev=room.item(content_id).rev, variants=words)
    room.give(order, dan)
    assert room.route(content_id).tier is TrustTier.T0


def test_trust_never_carries_to_another_channel(room: TrustRoom) -> None:
    content_id = room.a_draft(topic_risk=TopicRisk.R0)
    room.clean(content_id, 80)
    other = room.an_active_channel()
    variants = tuple(Variant(channel_id=c, text="Both.") for c in (room.channel_id, other))
    assert room.route(room.a_draft(topic_risk=TopicRisk.R0)).tier is TrustTier.T3
    both = room.a_draft(topic_risk=TopicRisk.R0, variants=variants)
    assert room.route(both).tier is TrustTier.T0


def test_records_fade_without_anything_happening(room: TrustRoom) -> None:
    content_id = room.a_draft(topic_risk=TopicRisk.R0)
    room.clean(content_id, 80)
    assert room.shown(room.ann).tier is TrustTier.T3
    for _ in range(60):
        room.wait(7 * DAY)
    assert room.shown(room.ann).tier is TrustTier.T2
    assert room.shown(room.ann).score < 0.95
    for _ in range(60):
        room.wait(7 * DAY)
    assert room.shown(room.ann).clean_count == 0
    assert room.shown(room.ann).tier is TrustTier.T0


def test_a_probation_ends_on_its_day(room: TrustRoom) -> None:
    content_id = room.a_draft(topic_risk=TopicRisk.R0)
    grave = room.a_draft(topic_risk=TopicRisk.R1)
    room.clean(content_id, 80)
    room.incident(grave, 1)
    assert room.shown(room.ann).tier is TrustTier.T0
    for _ in range(6):
        room.wait(7 * DAY)
    assert room.shown(room.ann).tier is TrustTier.T3
    assert room.shown(room.ann, TopicRisk.R1).tier is TrustTier.T0


def test_the_ledger_tells_reporting(room: TrustRoom) -> None:
    content_id = room.a_draft(topic_risk=TopicRisk.R0)
    room.incident(content_id, 2, self_reported=True)
    (entry,) = room.entries(room.ann)
    (row,) = [r for r in room.factory.store.all("outbox") if r["aggregate_id"] == entry.id]
    fact = decode(row["type"], row["body"])
    assert isinstance(fact, TrustNoted)
    assert (fact.severity, fact.weight, fact.is_self_reported) == (2, 1.5, True)


HEALTH = RouteRule(
    name="Health",
    topics=("Health",),
    stages=(
        RouteStage(name="Facts", mode=StageMode.QUORUM, quorum=2, due_hours=4),
        RouteStage(name="Privacy", seats=("Privacy ",)),
    ),
)
REST = RouteRule(name="Everything else", stages=(RouteStage(name="Look"),))


def test_routes_of_the_organization_hold_for_what_they_speak_of(room: TrustRoom) -> None:
    eve = room.a_member("eve", (Role.REVIEWER, room.unit_id))
    room.give(orders.SetReviewRoutes(rules=(HEALTH, REST)))
    room.give(orders.AssignSeat(name="privacy", person_id=str(eve.person_id)))
    item = room.a_draft()
    room.about(item, "health")
    facts, privacy = room.route(item).stages
    assert (facts.name, facts.quorum) == ("Facts", 2)
    assert privacy.reviewer_ids == (eve.person_id,)
    (look,) = room.route(room.a_draft()).stages
    assert look.name == "Look"


def test_once_there_are_routes_what_none_speaks_of_takes_the_strictest(room: TrustRoom) -> None:
    room.give(orders.SetReviewRoutes(rules=(HEALTH,)))
    (stage,) = room.route(room.a_draft()).stages
    assert stage.quorum == 2
    assert [seat.name for seat in stage.required] == ["legal"]
    assert stage.required[0].reviewer_ids == (room.admin.person_id,)
    room.give(orders.SetReviewRoutes(rules=()))
    assert room.route(room.a_draft()).stages[0].quorum == 1


@pytest.mark.parametrize(
    ("rule", "field"),
    [
        (RouteRule(name="", stages=HEALTH.stages), "name"),
        (RouteRule(name="None", stages=()), "stages"),
        (RouteRule(name="Q", stages=(RouteStage(name="a", quorum=0),)), "quorum"),
        (RouteRule(name="D", stages=(RouteStage(name="a", due_hours=0),)), "dueHours"),
        (RouteRule(name="S", stages=(RouteStage(name="a", seats=(" ",)),)), "seats"),
        (RouteRule(name="C", stages=HEALTH.stages, min_crisis_level=4), "minCrisisLevel"),
    ],
)
def test_routes_that_cannot_be_worked_are_refused(
    room: TrustRoom, rule: RouteRule, field: str
) -> None:
    with pytest.raises(Refusal) as no:
        room.give(orders.SetReviewRoutes(rules=(rule,)))
    assert no.value.code is RefusalCode.INVALID_ARGUMENT
    assert no.value.field[-1] == field


def test_routes_name_units_and_channels_of_the_organization(room: TrustRoom) -> None:
    here = RouteRule(name="R", stages=HEALTH.stages, unit_ids=("no",))
    there = RouteRule(name="R", stages=HEALTH.stages, channel_ids=("no",))
    for rule in (here, there):
        with pytest.raises(Refusal) as no:
            room.give(orders.SetReviewRoutes(rules=(rule,)))
        assert no.value.code is RefusalCode.NOT_FOUND


def test_a_unit_stands_for_its_subtree_in_routes_and_seats(room: TrustRoom) -> None:
    top = room.a_unit("Top")
    below = room.a_unit("Below", parent_id=top)
    room.give(
        orders.SetReviewRoutes(
            rules=(RouteRule(name="T", unit_ids=(top,), stages=HEALTH.stages), REST)
        )
    )
    rita = room.a_member("rita", (Role.REVIEWER, None))
    room.give(orders.AssignSeat(name="privacy", person_id=str(rita.person_id), unit_id=top))
    author = room.a_member("uma", (Role.AUTHOR, None))
    words = (Variant(channel_id=room.channel_id, text="Hello."),)
    item = room.give(DraftContent(unit_id=below, variants=words), author).content_id
    assert room.route(item).stages[1].reviewer_ids == (rita.person_id,)
    assert room.route(room.a_draft()).stages[0].name == "Look"


def test_a_seat_begins_ends_and_is_given_once(room: TrustRoom) -> None:
    bob = str(room.bob.person_id)
    seat = room.give(orders.AssignSeat(name="Legal", person_id=bob)).id
    with pytest.raises(Refusal) as no:
        room.give(orders.AssignSeat(name=" legal", person_id=bob))
    assert no.value.code is RefusalCode.ALREADY_EXISTS
    item = room.a_draft(topic_risk=TopicRisk.R3)
    assert room.route(item).stages[0].required[0].reviewer_ids == (bob,)
    room.give(orders.EndSeat(seat_id=seat))
    assert room.route(item).stages[0].required[0].reviewer_ids == (room.admin.person_id,)
    with pytest.raises(Refusal) as no:
        room.give(orders.EndSeat(seat_id=seat))
    assert no.value.code is RefusalCode.WRONG_STATE


def test_a_crisis_puts_review_before_everything(room: TrustRoom) -> None:
    item = room.a_draft(topic_risk=TopicRisk.R0)
    room.clean(item, 80)
    room.give(orders.SetCrisisLevel(level=2, reason="The river is over its banks."))
    found = room.route(item)
    assert (len(found.stages), found.crisis_level) == (1, 2)
    room.give(orders.SetCrisisLevel(level=0, reason="The water has fallen."))
    assert room.route(item).after is AfterReview.SAMPLE
    stored = room.factory.reader(room.org_id).get(ReviewSettings, room.org_id)
    assert (stored.crisis_level, stored.crisis_since) == (0, None)


@pytest.mark.parametrize(
    ("level", "reason", "code"),
    [
        (0, "again", RefusalCode.WRONG_STATE),
        (4, "more", RefusalCode.INVALID_ARGUMENT),
        (-1, "less", RefusalCode.INVALID_ARGUMENT),
        (1, " ", RefusalCode.REASON_REQUIRED),
    ],
)
def test_a_crisis_level_is_a_change_with_a_reason(
    room: TrustRoom, level: int, reason: str, code: RefusalCode
) -> None:
    with pytest.raises(Refusal) as no:
        room.give(orders.SetCrisisLevel(level=level, reason=reason))
    assert no.value.code is code


def test_a_clause_that_routes_asks_for_its_seats_unless_waived(room: TrustRoom) -> None:
    item = room.a_draft(topic_risk=TopicRisk.R0)
    room.clean(item, 80)
    finding = Finding(check="x", severity="route", sentence="Personal.", route_seats=("privacy",))
    (stage,) = room.route(item, finding).stages
    assert [seat.name for seat in stage.required] == ["privacy"]
    waived = Finding(check="x", severity="route", sentence="P.", waiver_id="w")
    assert room.route(item, waived).stages == ()
    warned = Finding(check="x", severity="warn", sentence="P.", route_seats=("privacy",))
    assert room.route(item, warned).stages == ()


def test_nobody_who_wrote_it_is_among_the_readers(room: TrustRoom) -> None:
    wise = room.a_member("wise", (Role.ADMIN, None))
    room.give(orders.AssignSeat(name="legal", person_id=str(wise.person_id)))
    words = (Variant(channel_id=room.channel_id, text="Mine."),)
    order = DraftContent(unit_id=room.unit_id, variants=words, topic_risk=TopicRisk.R3)
    item = room.give(order, wise).content_id
    (stage,) = room.route(item).stages
    everybody = {*stage.reviewer_ids, *stage.escalation_ids, *stage.required[0].reviewer_ids}
    assert wise.person_id not in everybody


def test_nobody_left_to_read_is_a_refusal(room: TrustRoom) -> None:
    for person in (room.bob, room.cid):
        room.give(DeactivatePerson(person_id=str(person.person_id), reason="left"))
    words = (Variant(channel_id=room.channel_id, text="Mine."),)
    item = room.give(DraftContent(unit_id=room.unit_id, variants=words)).content_id
    with pytest.raises(Refusal) as no:
        room.route(item)
    assert no.value.code is RefusalCode.NO_REVIEWER


def test_the_draw_is_the_same_at_every_call_and_hidden_from_every_view(room: TrustRoom) -> None:
    item = room.item(room.submitted())
    first = room.within(lambda work: is_drawn(item, work))
    assert all(room.within(lambda work: is_drawn(item, work)) is first for _ in range(3))
    assert ("workflow", "sample_keys") not in VIEWS
    (key,) = room.factory.store.all("sample_keys")
    assert len(key["secret"]) > 60


def test_only_who_may_sets_routes_seats_and_crisis_levels(room: TrustRoom) -> None:
    bob = str(room.bob.person_id)
    forbidden = [
        orders.SetReviewRoutes(rules=()),
        orders.AssignSeat(name="legal", person_id=bob),
        orders.SetCrisisLevel(level=1, reason="fire"),
    ]
    for order in forbidden:
        with pytest.raises(Refusal) as no:
            room.give(order, room.bob)
        assert no.value.code is RefusalCode.FORBIDDEN
    assert room.factory.store.all("review_settings") == []
    assert room.factory.store.all("review_seats") == []


def test_a_manager_of_a_unit_declares_no_crisis_for_everybody(room: TrustRoom) -> None:
    max_ = room.a_member("max")
    grant = GrantRole(
        person_id=str(max_.person_id),
        role=Role.MANAGER,
        scope=ScopeKind.UNIT,
        scope_id=room.unit_id,
    )
    room.give(grant)
    with pytest.raises(Refusal) as no:
        room.give(orders.SetCrisisLevel(level=1, reason="fire"), max_)
    assert no.value.code is RefusalCode.FORBIDDEN
