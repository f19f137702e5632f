"""Every thread of a batch: opened, grown, or made one of several."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from contracts.workflow.conversations import AttachedMention
from services.workflow.application.conversations.drafts import Drafts
from services.workflow.application.conversations.ports import Scope
from services.workflow.domain.channels.entities import Channel
from services.workflow.domain.conversations.conversation import Conversation
from services.workflow.domain.conversations.growing import (
    Growth,
    continued,
    grow,
    merge_into,
    open_thread,
    taken_over,
)
from services.workflow.domain.conversations.mention import attached_of
from services.workflow.domain.conversations.placing import Group, Place, survivor_of
from services.workflow.domain.conversations.summary import summarized

Messages = Mapping[str, Sequence[AttachedMention]]


class Thread(msgspec.Struct, frozen=True):
    """A group with the conversation it goes into (None: a new one) and those that end in that."""

    group: Group
    survivor: Conversation | None
    others: tuple[Conversation, ...]


class Joined(msgspec.Struct, frozen=True):
    """Conversation of every new message, and of every conversation that ended in another one."""

    homes: dict[str, str]
    moved: dict[str, str]


def join(
    scope: Scope, groups: Iterable[Group], *, drafts: Drafts, channels: Mapping[str, Channel]
) -> Joined:
    """Put every thread into the drafts, and move the messages of those that were merged."""
    threads = [_thread(group, drafts) for group in groups]
    moved = {o.id: t.survivor.id for t in threads if t.survivor for o in t.others}
    messages = _messages(scope, moved)
    homes: dict[str, str] = {}
    for thread in threads:
        growth = _growth(scope, thread.group.places, channels)
        home = _put(scope, thread, taken_over(growth, thread.others, messages), drafts=drafts)
        homes.update((place.ident, home) for place in thread.group.places)
    if moved:
        scope.threads.move(scope.batch, scope.org_id, moved)
    return Joined(homes, moved)


def _thread(group: Group, drafts: Drafts) -> Thread:
    held = [drafts[ident] for ident in group.conversation_ids]
    if not held:
        return Thread(group, None, ())
    survivor = survivor_of(held) if len(held) > 1 else held[0]
    return Thread(group, survivor, tuple(one for one in held if one is not survivor))


def _messages(scope: Scope, moved: Mapping[str, str]) -> Messages:
    found: dict[str, list[AttachedMention]] = defaultdict(list)
    if moved:
        stored = scope.threads.attached_to(scope.batch, scope.org_id, list(moved))
        for conversation_id, mention in stored:
            found[conversation_id].append(mention)
    return found


def _growth(scope: Scope, places: Sequence[Place], channels: Mapping[str, Channel]) -> Growth:
    first = places[0].said.message.arrival
    return Growth(
        channel=channels[first.channel_id],
        at=scope.batch.now,
        summary=summarized([place.said for place in places]),
        attached=tuple(attached_of(place.said.message.arrival) for place in places),
    )


def _put(scope: Scope, thread: Thread, growth: Growth, *, drafts: Drafts) -> str:
    """The id of the conversation that holds the thread now."""
    if thread.survivor is None:
        return _open(scope, thread.group.places, growth, drafts=drafts)
    survivor = drafts[thread.survivor.id]
    drafts.put(grow(survivor, growth))
    for other in thread.others:
        drafts.put(merge_into(drafts[other.id], survivor, growth.at))
    _link(thread.group.places, survivor.id, drafts)
    return survivor.id


def _open(scope: Scope, places: Sequence[Place], growth: Growth, *, drafts: Drafts) -> str:
    """The id follows from the earliest message, so that the same batch gives the same id."""
    first = min(places, key=_time).ident
    ident = scope.batch.ids.derived("conversation", first)
    drafts.put(open_thread(ident, growth, _link(places, ident, drafts)))
    return ident


def _link(places: Iterable[Place], ident: str, drafts: Drafts) -> str | None:
    """The resolved thread that this one goes on from, if any; that one learns where it goes on."""
    continues = [place.continues_id for place in places if place.continues_id not in (None, ident)]
    for resolved_id in continues:
        drafts.put(continued(drafts[str(resolved_id)], ident))
    return continues[0] if continues else None


def _time(place: Place) -> tuple[object, str]:
    arrival = place.said.message.arrival
    return arrival.posted_at, arrival.external_id
