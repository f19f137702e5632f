"""The bulk store of mentions does what the plain one in memory does."""

from __future__ import annotations

import random
import threading
from typing import Any

import msgspec
import pytest

from contracts.ingest import Direction, MentionArrived
from contracts.views.workflow import ConversationView, MentionView
from contracts.workflow.content import ContentState
from contracts.workflow.conversations import ClaimConversation, ConversationState
from contracts.workflow.deliveries import DeliveryState
from services.workflow.domain.deliveries.delivery import Delivery
from tests.integration.workflow_conversations.conftest import Calls
from tests.unit.workflow_content.builders import a_delivery, an_item
from tests.unit.workflow_conversations.builders import (
    ACME,
    Desk,
    a_deletion,
    a_desk,
    an_answer,
    an_arrival,
    minutes,
)
from tests.unit.workflow_conversations.final_state import final_state
from tests.unit.workflow_conversations.test_order_of_arrival import NAMES, RULES, TEXTS

S = ConversationState


def a_history(dice: random.Random) -> list[list[MentionArrived]]:
    """Some batches of messages, edits and deletions, in any order, some of them twice."""
    said = []
    for name in NAMES:
        fields: dict[str, Any] = {
            "at": dice.randrange(10),
            "text": dice.choice(TEXTS),
            "direction": dice.choice(list(Direction)),
            "in_reply_to": dice.choice([None, "never-seen", *NAMES]),
        }
        said.append(an_arrival(name, **fields))
        if dice.random() < 0.3:
            edited = {"revision": "e1", "edited_at": minutes(20), "text": "edited"}
            said.append(an_arrival(name, **{**fields, **edited}))
        if dice.random() < 0.2:
            said.append(a_deletion(name, at=30))
    said += dice.sample(said, 3)
    dice.shuffle(said)
    size = dice.randrange(1, 6)
    return [said[start : start + size] for start in range(0, len(said), size)]


@pytest.mark.parametrize("seed", range(12))
def test_any_history_ends_as_in_memory(desk: Desk, seed: int) -> None:
    twin = a_desk(*RULES)
    desk.prepare(*RULES)
    for batch in a_history(random.Random(seed)):
        desk.hear(*batch)
        twin.hear(*batch)
    assert final_state(desk) == final_state(twin)


def test_what_is_stored_keeps_the_read_contracts(desk: Desk) -> None:
    desk.prepare()
    desk.hear(an_arrival("m1"), an_answer("a1", "m1", at=3), a_deletion("gone"))
    desk.hear(an_arrival("m2", at=5, in_reply_to="a1"))
    desk.order(ClaimConversation(conversation_id=desk.thread().id))
    for name, view in (("conversations", ConversationView), ("mentions", MentionView)):
        rows = list(desk.factory.database[name].find({"org_id": ACME}))
        assert rows
        for row in rows:
            msgspec.convert({**row, "id": row["_id"]}, view)


def test_a_message_and_its_parent_attached_at_once_are_one_thread(desk: Desk) -> None:
    desk.prepare()
    rounds = 12
    for number in range(rounds):
        pair = [
            an_arrival(f"parent-{number}"),
            an_arrival(f"child-{number}", in_reply_to=f"parent-{number}"),
        ]
        barrier = threading.Barrier(2)

        def hear(one: MentionArrived, barrier: threading.Barrier = barrier) -> None:
            barrier.wait()
            desk.hear(one)

        threads = [threading.Thread(target=hear, args=(one,)) for one in pair]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert [thread.mention_count for thread in desk.threads()] == [2] * rounds


def test_the_number_of_calls_does_not_grow_with_the_batch(desk: Desk, calls: Calls) -> None:
    desk.prepare()
    counted = []
    for size in (5, 300):
        questions = [an_arrival(f"{size}-q{n}", at=n) for n in range(size)]
        answers = [an_answer(f"{size}-a{n}", f"{size}-q{n}", at=n + 1) for n in range(size)]
        desk.hear(*questions)
        calls.names.clear()
        desk.hear(*answers)
        # A find of more than 101 documents is fetched in two parts.
        counted.append(len([name for name in calls.names if name != "getMore"]))
    assert counted[0] == counted[1] <= 16


def test_a_delivery_in_doubt_is_confirmed_by_having_arrived(desk: Desk) -> None:
    desk.prepare()
    desk.hear(an_arrival("m1"))
    item = an_item(org_id=ACME, state=ContentState.PUBLISHING, version_hash="h")
    in_doubt = a_delivery(
        org_id=ACME,
        channel_id="c1",
        external_id="a1",
        version_hash="h",
        state=DeliveryState.NEEDS_PERSON,
        conversation_id=desk.thread().id,
    )
    desk.act(lambda work: (work.add(item), work.add(in_doubt)))
    desk.hear(an_answer("a1", "m1", at=3))
    (stored,) = desk.factory.reader(ACME).find(Delivery)
    assert stored.state is DeliveryState.CONFIRMED
    thread = desk.thread()
    assert (thread.state, thread.mention_count) == (S.REPLIED, 2)
    assert thread.clock is not None
    assert thread.clock.credited_to == item.author_id
