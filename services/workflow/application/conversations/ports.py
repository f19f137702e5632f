"""What attaching arrivals needs of the store beyond entities: mentions in bulk."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Protocol

import msgspec

from chassis.ports import BatchWork
from contracts.ingest import MentionArrived
from contracts.workflow.conversations import AttachedMention
from services.workflow.domain.conversations.mention import Mention


class Threads(Protocol):
    """Mentions of one organization, written without an audit entry of their own.

    A mention is what arrived; the entry of its conversation, written in the same transaction with
    the count and the newest of its messages, covers it, and the arrival itself is kept by ingest.
    """

    def hold(self, batch: BatchWork, org_id: str, channel_ids: Collection[str]) -> None:
        """Nobody else attaches messages of these channels until the transaction ends.

        Without it a message and its parent, attached by two processes at once, would each miss the
        other and stay apart for ever.
        """
        ...

    def conversations_of(
        self, batch: BatchWork, org_id: str, mention_ids: Collection[str]
    ) -> dict[str, str]:
        """Conversation of each mention that is stored; empty for one that was only deleted."""
        ...

    def waiting(
        self, batch: BatchWork, org_id: str, parent_ids: Collection[str]
    ) -> list[tuple[str, str]]:
        """Pairs (parent, conversation of an answer to it that came before it)."""
        ...

    def attached_to(
        self, batch: BatchWork, org_id: str, conversation_ids: Collection[str]
    ) -> list[tuple[str, AttachedMention]]:
        """All messages of these conversations, with their conversation, in the order of ids."""
        ...

    def insert(self, batch: BatchWork, mentions: Sequence[Mention]) -> None:
        """Store new mentions."""
        ...

    def replace(self, batch: BatchWork, mentions: Sequence[Mention]) -> None:
        """Store newer revisions."""
        ...

    def move(self, batch: BatchWork, org_id: str, into: Mapping[str, str]) -> None:
        """Give the messages of merged conversations to those that hold them now."""
        ...


Recognize = Callable[[BatchWork, str, Sequence[MentionArrived]], frozenset[str]]
"""``(batch, org_id, outgoing arrivals)`` -> ids of the mentions that are deliveries of ours.

Confirms those deliveries that nobody could answer for so far, in the same transaction.
"""


class Scope(msgspec.Struct, frozen=True):
    """One organization's part of a batch, and the store of its mentions."""

    org_id: str
    batch: BatchWork
    threads: Threads
