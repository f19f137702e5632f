"""Conversations as a batch leaves them: each is written once, with everything it says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from chassis.ports import Change
from contracts.facts import Fact
from services.workflow.domain.conversations.conversation import Conversation
from services.workflow.domain.conversations.placing import is_past
from services.workflow.domain.conversations.summary import Said
from services.workflow.domain.transition import Transition


class Drafts:
    """The stored conversations a batch touches, and what becomes of them."""

    def __init__(self, stored: Mapping[str, Conversation]) -> None:
        self._stored = stored
        self._after: dict[str, Conversation] = {}
        self._facts: dict[str, list[Fact]] = {}

    def __getitem__(self, ident: str) -> Conversation:
        """The conversation as the batch has left it so far."""
        return self._after.get(ident) or self._stored[ident]

    def put(self, step: Transition[Conversation]) -> None:
        """The next state of a conversation, and what it says."""
        self._after[step.entity.id] = step.entity
        self._facts.setdefault(step.entity.id, []).extend(step.facts)

    def changes(self) -> Iterable[Change]:
        """One write for each conversation that changed."""
        for ident, after in self._after.items():
            is_new = ident not in self._stored
            yield Change(entity=after, facts=tuple(self._facts[ident]), is_new=is_new)

    def newly_quiet(self) -> Iterable[Conversation]:
        """Those whose silence has begun, or ends at another time than before."""
        for ident, after in self._after.items():
            before = self._stored.get(ident)
            if after.quiet_at is not None and (not before or before.quiet_at != after.quiet_at):
                yield after

    def holder_of(self, ident: str, said: Said) -> Conversation:
        """The thread that takes an answer to a message of this conversation."""
        thread = self._stored[ident]
        while following := _following(thread, said):
            thread = self._stored[following]
        return thread


def _following(thread: Conversation, said: Said) -> str | None:
    if thread.merged_into_id is not None:
        return thread.merged_into_id
    return thread.continued_in_id if is_past(thread, said) else None


def pointers(threads: Iterable[Conversation]) -> set[str]:
    """The conversations that these point to."""
    ends = (end for thread in threads for end in (thread.merged_into_id, thread.continued_in_id))
    return {end for end in ends if end is not None}
