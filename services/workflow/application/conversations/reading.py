"""What a batch has to know before it attaches anything: ten reads at most, whatever its size."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from chassis.errors import Unreadable
from contracts.ingest import Direction, MentionArrived
from services.workflow.application.conversations.drafts import Drafts, pointers
from services.workflow.application.conversations.ports import Recognize, Scope
from services.workflow.domain.channels.entities import Channel
from services.workflow.domain.conversations.conversation import Conversation
from services.workflow.domain.conversations.mention import Mention, Message, message_of, newest
from services.workflow.domain.conversations.placing import Place, is_past
from services.workflow.domain.conversations.routing import decide, rules_of
from services.workflow.domain.conversations.summary import Said
from services.workflow.domain.organizations.entities import RoutingRow

Revisions = Mapping[str, list[MentionArrived]]
"""Id of a mention -> the revisions of it in this batch."""


class Intake(msgspec.Struct, frozen=True, kw_only=True):
    """``known``: stored mentions that the batch brings revisions of. ``homes``: conversation of
    every stored mention that the batch names. ``unplaced``: deletions of what never arrived.
    """

    channels: dict[str, Channel]
    known: dict[str, Mention]
    homes: dict[str, str]
    unplaced: list[Message]
    places: list[Place]
    waiting: list[tuple[str, str]]
    drafts: Drafts


def read(scope: Scope, revisions: Revisions, recognize: Recognize) -> Intake:
    """Everything the batch touches. Unreadable: it names a channel that nobody registered."""
    channels = _channels(scope, revisions)
    scope.threads.hold(scope.batch, scope.org_id, sorted(channels))
    parents = {ident: _parent(scope, newest(said)) for ident, said in revisions.items()}
    named = revisions.keys() | set(filter(None, parents.values()))
    homes = scope.threads.conversations_of(scope.batch, scope.org_id, named)
    known = scope.batch.load(Mention, scope.org_id, [i for i in revisions if i in homes])
    fresh = _fresh(revisions, known)
    said = _decided(
        scope,
        [m for m in fresh if not m.is_placeless],
        channels=channels,
        recognize=recognize,
    )
    waiting = _waiting(scope, said)
    wanted = _touched(said, parents, homes) | {home for _, home in waiting}
    drafts = _drafts(scope, wanted | {m.conversation_id for m in known.values() if m.is_placed})
    return Intake(
        channels=channels,
        known=known,
        homes=homes,
        unplaced=[m for m in fresh if m.is_placeless and m.arrival.mention_id not in known],
        places=[_place(one, drafts, parents=parents, homes=homes) for one in said],
        waiting=waiting,
        drafts=drafts,
    )


def _channels(scope: Scope, revisions: Revisions) -> dict[str, Channel]:
    wanted = {said[0].channel_id for said in revisions.values()}
    channels = scope.batch.load(Channel, scope.org_id, sorted(wanted))
    if unknown := wanted - channels.keys():
        raise Unreadable(f"no channel {min(unknown)} is registered in this organization")
    return channels


def _parent(scope: Scope, arrival: MentionArrived) -> str | None:
    parent = arrival.in_reply_to
    if parent is None or parent == arrival.external_id:
        return None
    try:
        return scope.batch.ids.derived("mention", scope.org_id, arrival.channel_id, parent)
    except ValueError:
        # No message can have such an id, so this one answers nothing that will ever be known.
        return None


def _fresh(revisions: Revisions, known: Mapping[str, Mention]) -> list[Message]:
    found = []
    for ident, said in revisions.items():
        stored = known.get(ident)
        if stored is None or not stored.is_placed:
            found.append(message_of(said, was_deleted=stored is not None))
    return found


def _decided(
    scope: Scope,
    messages: Sequence[Message],
    *,
    channels: Mapping[str, Channel],
    recognize: Recognize,
) -> list[Said]:
    outgoing = [m.arrival for m in messages if m.arrival.direction is Direction.OUTGOING]
    ours = recognize(scope.batch, scope.org_id, outgoing) if outgoing else frozenset()
    is_asked = len(outgoing) < len(messages)
    rules = rules_of(scope.batch.find(RoutingRow, scope.org_id)) if is_asked else []
    return [
        Said(message, None, message.arrival.mention_id in ours)
        if message.arrival.direction is Direction.OUTGOING
        else Said(message, decide(message.arrival, channels[message.arrival.channel_id], rules))
        for message in messages
    ]


def _waiting(scope: Scope, said: Sequence[Said]) -> list[tuple[str, str]]:
    arrived = [one.message.arrival.mention_id for one in said]
    return scope.threads.waiting(scope.batch, scope.org_id, arrived) if arrived else []


def _touched(
    said: Iterable[Said], parents: Mapping[str, str | None], homes: Mapping[str, str]
) -> set[str]:
    answered = (parents[one.message.arrival.mention_id] for one in said)
    return {home for parent in answered if parent and (home := homes.get(parent))}


def _drafts(scope: Scope, wanted: set[str]) -> Drafts:
    stored: dict[str, Conversation] = {}
    while missing := wanted - stored.keys():
        found = scope.batch.load(Conversation, scope.org_id, sorted(missing))
        stored.update(found)
        wanted = pointers(found.values())
    return Drafts(stored)


def _place(
    said: Said, drafts: Drafts, *, parents: Mapping[str, str | None], homes: Mapping[str, str]
) -> Place:
    parent_id = parents[said.message.arrival.mention_id]
    home = homes.get(parent_id) if parent_id else None
    if not home:
        return Place(said=said, parent_id=parent_id)
    thread = drafts.holder_of(home, said)
    if is_past(thread, said):
        return Place(said=said, parent_id=parent_id, continues_id=thread.id)
    return Place(said=said, parent_id=parent_id, holder_id=thread.id)
