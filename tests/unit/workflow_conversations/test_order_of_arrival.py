"""The state does not depend on the order of arrival, nor on how arrivals fall into batches."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import hypothesis.strategies as st
from hypothesis import given, settings

from contracts.ingest import Direction, MentionArrived
from contracts.workflow.organizations import RoutingAction
from tests.unit.workflow_conversations.builders import (
    Desk,
    a_deletion,
    a_desk,
    a_rule,
    an_arrival,
    minutes,
    told,
)
from tests.unit.workflow_conversations.final_state import final_state, replayed, stored

NAMES = [f"m{number}" for number in range(8)]
TEXTS = ["Where is it?", "My bill is wrong", "You win a prize", "Thanks a lot"]
RULES = (
    a_rule(0, RoutingAction.SPAM, "win a prize"),
    a_rule(1, RoutingAction.NO_REPLY_NEEDED, "thanks"),
    a_rule(2, RoutingAction.ROUTE, "bill"),
)

messages = st.fixed_dictionaries(
    {
        "parent": st.sampled_from([None, *NAMES, "never-seen"]),
        "at": st.integers(0, 9),
        "direction": st.sampled_from(Direction),
        "text": st.sampled_from(TEXTS),
        "channel_id": st.sampled_from(["c1", "c1", "c2"]),
        "edits": st.integers(0, 2),
        "is_deleted": st.sampled_from([False, False, True]),
    }
)
histories = st.lists(messages, min_size=1, max_size=len(NAMES))


def arrivals_of(history: list[dict[str, Any]]) -> list[MentionArrived]:
    """Every revision of every message; circles of replies and replies to oneself included."""
    found = []
    for name, message in zip(NAMES, history, strict=False):
        fields: dict[str, Any] = {
            "at": message["at"],
            "direction": message["direction"],
            "channel_id": message["channel_id"],
            "in_reply_to": message["parent"],
        }
        found.append(an_arrival(name, text=message["text"], **fields))
        for edit in range(message["edits"]):
            edited = {**fields, "revision": f"e{edit}", "edited_at": minutes(20 + edit)}
            found.append(an_arrival(name, text=f"{message['text']} ({edit})", **edited))
        if message["is_deleted"]:
            found.append(a_deletion(name, **{**fields, "at": 30, "in_reply_to": None}))
    return found


def heard(batches: list[list[MentionArrived]]) -> Desk:
    """A desk that has heard these batches."""
    desk = a_desk(*RULES)
    for batch in batches:
        desk.hear(*batch)
    return desk


@st.composite
def batchings(draw: st.DrawFn, arrivals: list[MentionArrived]) -> list[list[MentionArrived]]:
    """Any order, any cut into batches, and some facts delivered again."""
    again = draw(st.lists(st.sampled_from(arrivals), max_size=3))
    order = draw(st.permutations(arrivals + again))
    cuts = sorted(draw(st.sets(st.integers(1, max(1, len(order) - 1)), max_size=6)))
    edges = [0, *cuts, len(order)]
    return [order[start:end] for start, end in pairwise(edges)]


@settings(max_examples=150, deadline=None)
@given(st.data(), histories)
def test_any_order_and_any_batches_give_the_same_state(
    data: st.DataObject, history: list[dict[str, Any]]
) -> None:
    arrivals = arrivals_of(history)
    expected = heard([arrivals])
    desk = heard(data.draw(batchings(arrivals)))
    assert final_state(desk) == final_state(expected)
    assert replayed(told(desk)) == stored(desk)
