"""The durable consumer over real MongoDB and a real broker, and what operators do with letters."""

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
import pytest
from pymongo import MongoClient

from chassis import metric_defs
from chassis.broker.kafka import KafkaBroker
from chassis.broker.kafka_settings import KafkaSettings
from chassis.broker.ports import Message
from chassis.clock import SystemClock
from chassis.consumer.consumer import DurableConsumer
from chassis.consumer.mongo_ledger import mongo_ledger
from chassis.consumer.ports import ConsumerParts
from chassis.consumer.redrive import abandon, letters, redrive
from chassis.consumer.settings import ConsumerSettings, Subscription
from chassis.errors import Refusal, RefusalCode, Unavailable
from chassis.ids import SystemIds
from chassis.metrics import silent_metrics
from chassis.mongo.factory import WorkFactory
from chassis.mongo.mapping import Mappings
from chassis.ports import BatchWork, Delivered
from chassis.prepare import ServicePlan, prepare_database
from contracts.commands import Command
from contracts.flow import ResendFacts
from contracts.views import stored_fields
from contracts.views.flow import SET_ASIDE, WorkflowDeadLetterView
from tests.support.flow import GROUP, ORG, TOPIC, a_message, details
from tests.support.waiting import eventually

Client = MongoClient[dict[str, Any]]


class Group:
    """A durable group whose effect is one document per aggregate that collects the details."""

    def __init__(self, client: Client, broker: KafkaBroker, namespace: str) -> None:
        name = f"{namespace}_workflow"
        prepare_database(client[name], ServicePlan("workflow", collections={"effects": ()}))
        clock = SystemClock()
        self.client, self.name, self.broker = client, name, broker
        self.factory = WorkFactory(client, name, Mappings([]), clock, SystemIds(clock), "workflow")
        self.refused = ""
        self.told: list[Command] = []
        self.parts = ConsumerParts(
            broker=broker,
            factory=self.factory,
            ledger=mongo_ledger(GROUP),
            tell=self.told.append,
            clock=clock,
            metrics=silent_metrics(metric_defs.CHASSIS_METRICS),
        )
        self.consumer = self.a_member()

    def a_member(self, gap: float = 60.0) -> DurableConsumer:
        wanted = Subscription(group=GROUP, topic=TOPIC)
        settings = ConsumerSettings(sweep=0.2, report=0.5, gap=gap)
        return DurableConsumer(wanted, self._handle, self.parts, settings=settings)

    def send(self, *messages: Message) -> None:
        self.broker.producer().send(messages)

    def effects(self, aggregate: str = "a") -> list[str]:
        found = self.client[self.name]["effects"].find_one({"_id": aggregate})
        return list(found["details"]) if found else []

    def steps_until(self, wanted: Any, within_s: float = 20) -> None:
        def looked() -> bool:
            self.step()
            return bool(wanted())

        eventually(looked, within_s=within_s)

    def step(self) -> None:
        try:
            self.consumer.step()
        except Unavailable:
            return

    def _handle(self, batch: Sequence[Delivered], work: BatchWork) -> None:
        for item, detail in zip(batch, details(batch), strict=True):
            if detail == self.refused:
                raise Refusal(RefusalCode.WRONG_STATE, "not this one")
            mine = {"_id": item.envelope.subject, "org_id": item.envelope.org_id}
            change = {"$push": {"details": detail}}
            work.database["effects"].update_one(mine, change, upsert=True)


@pytest.fixture
def group(flow_client: Client, kafka_bootstrap: str, namespace: str) -> Iterator[Group]:
    settings = KafkaSettings(bootstrap=kafka_bootstrap, namespace=namespace, session_ms=2000)
    broker = KafkaBroker(settings)
    broker.ensure_topics([TOPIC])
    made = Group(flow_client, broker, namespace)
    yield made
    made.consumer.close()
    broker.close()


def places(*numbers: int) -> list[str]:
    return [f"a:{number}" for number in numbers]


def test_effects_are_stored_once_and_offsets_after_them(group: Group) -> None:
    group.send(*[a_message(number) for number in range(1, 31)])
    group.steps_until(lambda: len(group.effects()) == 30)
    group.consumer.close()
    group.consumer = group.a_member()
    group.send(a_message(30), a_message(31))
    group.steps_until(lambda: len(group.effects()) > 30)
    assert group.effects() == places(*range(1, 32))


def test_a_letter_is_stored_as_the_read_contract_says(group: Group) -> None:
    group.refused = "a:2"
    group.send(a_message(1), a_message(2))
    group.steps_until(lambda: letters(group.factory, GROUP))
    (stored,) = group.client[group.name]["dead_letters"].find({"state": SET_ASIDE})
    assert set(stored_fields(WorkflowDeadLetterView)) <= set(stored)
    seen = msgspec.convert({**stored, "id": stored["_id"]}, WorkflowDeadLetterView)
    assert (seen.org_id, seen.aggregate_id, seen.reason) == (ORG, "a", "refused")


def test_a_redriven_fact_goes_first_and_those_behind_it_follow_in_order(group: Group) -> None:
    group.refused = "a:2"
    group.send(a_message(1), a_message(2), a_message(3), a_message(4))
    group.steps_until(lambda: letters(group.factory, GROUP))
    (letter,) = letters(group.factory, GROUP)
    assert (letter.aggregate_id, letter.sequence, letter.reason) == ("a", 2, "refused")
    group.steps_until(lambda: group.effects() == places(1))
    group.refused = ""
    redrive(group.factory, letter.id)
    group.steps_until(lambda: len(group.effects()) == 4)
    assert group.effects() == places(1, 2, 3, 4)
    assert letters(group.factory, GROUP) == []
    group.send(a_message(5))
    group.steps_until(lambda: len(group.effects()) == 5)


def test_a_redriven_fact_that_fails_again_is_set_aside_again(group: Group) -> None:
    group.refused = "a:1"
    group.send(a_message(1), a_message(2))
    group.steps_until(lambda: letters(group.factory, GROUP))
    redrive(group.factory, letters(group.factory, GROUP)[0].id)
    assert letters(group.factory, GROUP) == []
    group.steps_until(lambda: letters(group.factory, GROUP))
    assert group.effects() == []


def test_an_abandoned_fact_is_passed_over(group: Group) -> None:
    group.refused = "a:2"
    group.send(a_message(1), a_message(2), a_message(3))
    group.steps_until(lambda: letters(group.factory, GROUP))
    abandon(group.factory, letters(group.factory, GROUP)[0].id)
    group.steps_until(lambda: len(group.effects()) == 2)
    assert group.effects() == places(1, 3)


def test_a_letter_without_an_envelope_cannot_be_redriven_but_abandoned(group: Group) -> None:
    group.send(Message(topic=TOPIC, key=b"acme/x", value=b"?"))
    group.steps_until(lambda: letters(group.factory, GROUP))
    (letter,) = letters(group.factory, GROUP)
    with pytest.raises(Refusal) as refused:
        redrive(group.factory, letter.id)
    assert refused.value.code is RefusalCode.WRONG_STATE
    abandon(group.factory, letter.id)
    assert letters(group.factory, GROUP) == []


def test_a_letter_nobody_knows_is_not_found(group: Group) -> None:
    with pytest.raises(Refusal) as refused:
        redrive(group.factory, "nobody")
    assert refused.value.code is RefusalCode.NOT_FOUND


def test_a_gap_survives_a_restart_and_is_asked_for(group: Group) -> None:
    group.send(a_message(2))
    group.steps_until(lambda: group.client[group.name]["parked"].count_documents({}))
    group.consumer.close()
    group.consumer = group.a_member(gap=0.1)
    group.steps_until(lambda: [item for item in group.told if isinstance(item, ResendFacts)])
    assert group.told[0] == ResendFacts(topic=TOPIC, org_id=ORG, aggregate_id="a", from_sequence=1)
    group.send(a_message(1))
    group.steps_until(lambda: len(group.effects()) == 2)
    assert group.effects() == places(1, 2)


def test_a_topic_that_was_rotated_is_read_from_its_new_beginning(group: Group) -> None:
    group.send(*[a_message(number) for number in range(1, 4)])
    group.steps_until(lambda: len(group.effects()) == 3)
    group.broker.rotate(TOPIC)
    group.send(*[a_message(number) for number in range(2, 7)])
    group.steps_until(lambda: len(group.effects()) == 6)
    assert group.effects() == places(*range(1, 7))
