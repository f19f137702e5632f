"""Threads and first responses are what a plain script computes from the same messages."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from hypothesis import given, settings

from contracts.ingest import Direction, MentionArrived
from tests.unit.workflow_conversations.builders import a_desk, an_arrival
from tests.unit.workflow_conversations.test_order_of_arrival import NAMES, histories

Place = tuple[str, str]


def plain_threads(said: list[MentionArrived]) -> list[set[Place]]:
    """Threads by in_reply_to, grown until nothing changes."""
    threads = [{(one.channel_id, one.external_id)} for one in said]
    for one in said:
        here = (one.channel_id, one.external_id)
        there = (one.channel_id, one.in_reply_to or "")
        touching = [t for t in threads if here in t or there in t]
        threads = [t for t in threads if t not in touching] + [set().union(*touching)]
    return threads


def plain_answer(said: list[MentionArrived]) -> datetime | None:
    """The earliest outgoing message at or after the earliest incoming one."""
    asked = [one.posted_at for one in said if one.direction is Direction.INCOMING]
    if not asked:
        return None
    return min(
        (
            one.posted_at
            for one in said
            if one.direction is Direction.OUTGOING and one.posted_at >= min(asked)
        ),
        default=None,
    )


@settings(max_examples=60, deadline=None)
@given(histories)
def test_threads_and_first_answers_are_those_of_a_plain_script(
    history: list[dict[str, Any]],
) -> None:
    said = [
        an_arrival(
            name,
            at=one["at"],
            direction=one["direction"],
            channel_id=one["channel_id"],
            in_reply_to=one["parent"],
        )
        for name, one in zip(NAMES, history, strict=False)
    ]
    desk = a_desk()
    for start in range(0, len(said), 3):
        desk.hear(*said[start : start + 3])
    found = {thread.id: thread for thread in desk.threads()}
    members: dict[str, set[Place]] = {ident: set() for ident in found}
    for mention in desk.mentions():
        members[mention.conversation_id].add((mention.channel_id, mention.external_id))
    assert sorted(map(sorted, members.values())) == sorted(map(sorted, plain_threads(said)))
    for ident, thread in found.items():
        mine = [one for one in said if (one.channel_id, one.external_id) in members[ident]]
        stopped = thread.clock.stopped_at if thread.clock else None
        assert stopped == plain_answer(mine)
