"""Which messages and which stored conversations belong to one thread.

Messages are joined with their parents, whichever of the two came first; what is connected is one
thread. Connected components do not depend on the order of the edges, and a circle of replies is
simply one component.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec

from contracts.workflow.conversations import ConversationState
from contracts.workflow.organizations import RoutingAction
from services.workflow.domain.conversations.conversation import Conversation
from services.workflow.domain.conversations.states import REOPEN_WINDOW
from services.workflow.domain.conversations.summary import Said

S = ConversationState

HOLDS_MORE = (
    S.REPLYING,
    S.REPLY_REVIEW,
    S.WAITING_EXPERT,
    S.ASSIGNED,
    S.CLAIMED,
)
"""Of two threads that turn out to be one, the one with more work in it stays."""


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """A new message and where it belongs.

    ``holder_id`` is the stored thread that holds the message it answers, ``continues_id`` one that
    it only goes on from, because it was resolved too long ago to be reopened.
    """

    said: Said
    parent_id: str | None = None
    holder_id: str | None = None
    continues_id: str | None = None

    @property
    def ident(self) -> str:
        """The id of the mention."""
        return self.said.message.arrival.mention_id


class Group(msgspec.Struct):
    """One thread: new messages, and the conversations that hold the rest of it."""

    places: list[Place]
    conversation_ids: list[str]


class Components:
    """Disjoint sets of names with path halving."""

    def __init__(self) -> None:
        self._parents: dict[str, str] = {}

    def root(self, name: str) -> str:
        """The name that stands for the set."""
        parents = self._parents
        above = parents.setdefault(name, name)
        while above != name:
            parents[name] = name = parents[above]
            above = parents[name]
        return name

    def join(self, one: str, other: str) -> None:
        """Make two sets one."""
        self._parents[self.root(one)] = self.root(other)


def grouped(places: Sequence[Place], waiting: Sequence[tuple[str, str]]) -> list[Group]:
    """The threads that these new messages touch, in the order of their first message.

    ``waiting``: pairs (id of a message that was not known so far, conversation of an answer to it).
    """
    sets = Components()
    arrived = {place.ident for place in places}
    for place in places:
        for other in _neighbours(place, arrived):
            sets.join(place.ident, other)
    for parent_id, conversation_id in waiting:
        sets.join(parent_id, conversation_id)
    held = [place.holder_id for place in places if place.holder_id is not None]
    return _collect(sets, places, [*held, *(conversation for _, conversation in waiting)])


def _neighbours(place: Place, arrived: set[str]) -> Iterable[str]:
    if place.continues_id is not None:
        yield f"after {place.continues_id}"
    if place.holder_id is not None:
        yield place.holder_id
    if place.parent_id in arrived:
        yield str(place.parent_id)


def _collect(
    sets: Components, places: Sequence[Place], conversation_ids: Iterable[str]
) -> list[Group]:
    groups: dict[str, Group] = {}
    for place in places:
        groups.setdefault(sets.root(place.ident), Group([], [])).places.append(place)
    for conversation_id in dict.fromkeys(conversation_ids):
        groups[sets.root(conversation_id)].conversation_ids.append(conversation_id)
    return list(groups.values())


def survivor_of(threads: Iterable[Conversation]) -> Conversation:
    """The thread that takes the others over: the one with more work in it, else the earlier one."""
    return min(threads, key=_survival)


def _survival(thread: Conversation) -> tuple[int, bool, datetime, str]:
    work = HOLDS_MORE.index(thread.state) if thread.state in HOLDS_MORE else len(HOLDS_MORE)
    return work, not thread.is_touched, thread.opened_at, thread.id


def is_past(thread: Conversation, said: Said) -> bool:
    """Whether a message of the public comes too long after the end to reopen the thread."""
    if thread.state is not S.RESOLVED or thread.resolved_at is None:
        return False
    if said.decision is None or said.decision.action is not RoutingAction.ROUTE:
        return False
    return said.message.arrival.posted_at > thread.resolved_at + REOPEN_WINDOW
