"""Mentions as entities: what a store without bulk operations of its own can do."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import msgspec

from chassis.ports import BatchWork, Change
from contracts.workflow.conversations import AttachedMention
from services.workflow.domain.conversations.mention import Mention, attached_of


class EntityThreads:
    """``Threads`` over the unit of work alone; for one process at a time."""

    def hold(self, batch: BatchWork, org_id: str, channel_ids: Collection[str]) -> None:
        """There is nobody else."""

    def conversations_of(
        self, batch: BatchWork, org_id: str, mention_ids: Collection[str]
    ) -> dict[str, str]:
        """See ``Threads``."""
        found = batch.load(Mention, org_id, list(mention_ids))
        return {mention.id: mention.conversation_id for mention in found.values()}

    def waiting(
        self, batch: BatchWork, org_id: str, parent_ids: Collection[str]
    ) -> list[tuple[str, str]]:
        """See ``Threads``."""
        found = batch.find(Mention, org_id, awaits=list(parent_ids))
        return [(mention.awaits or "", mention.conversation_id) for mention in found]

    def attached_to(
        self, batch: BatchWork, org_id: str, conversation_ids: Collection[str]
    ) -> list[tuple[str, AttachedMention]]:
        """See ``Threads``."""
        return [
            (one.conversation_id, attached_of(one)) for one in _of(batch, org_id, conversation_ids)
        ]

    def insert(self, batch: BatchWork, mentions: Sequence[Mention]) -> None:
        """See ``Threads``."""
        batch.write([Change(entity=mention, is_new=True) for mention in mentions])

    def replace(self, batch: BatchWork, mentions: Sequence[Mention]) -> None:
        """See ``Threads``."""
        for mention in mentions:
            stored = batch.load(Mention, mention.org_id, [mention.id])[mention.id]
            batch.write([Change(entity=msgspec.structs.replace(mention, rev=stored.rev))])

    def move(self, batch: BatchWork, org_id: str, into: Mapping[str, str]) -> None:
        """See ``Threads``."""
        for mention in _of(batch, org_id, into):
            target = into[mention.conversation_id]
            after = msgspec.structs.replace(mention, conversation_id=target)
            batch.write([Change(entity=after)])


def _of(batch: BatchWork, org_id: str, conversation_ids: Collection[str]) -> list[Mention]:
    found = batch.find(Mention, org_id, conversation_id=list(conversation_ids))
    return sorted(found, key=lambda mention: mention.id)
