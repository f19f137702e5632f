"""What the organization's ordered rules say about one message of the public."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from contracts.ingest import MentionArrived
from contracts.workflow.channels import ChannelState
from contracts.workflow.organizations import RoutingAction
from services.workflow.domain.channels.entities import Channel
from services.workflow.domain.organizations.entities import RoutingRow

CHANNEL_DEFAULT: Final = "channel default"
CHANNEL_ARCHIVED: Final = "channel archived"
OWN_MESSAGE: Final = "own message"


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """Who is responsible, whether the message asks for anything, and which rule said so."""

    action: RoutingAction
    unit_id: str
    routed_by: str


class Rule(msgspec.Struct, frozen=True):
    """A stored rule, folded once so that a batch compares plain sets and words."""

    row: RoutingRow
    channels: frozenset[str]
    words: tuple[str, ...]
    handles: frozenset[str]
    kinds: frozenset[str]

    def matches(self, arrival: MentionArrived, text: str) -> bool:
        """Every condition that is given holds; ``text`` is case-folded."""
        if self.channels and arrival.channel_id not in self.channels:
            return False
        if self.kinds and arrival.kind.value not in self.kinds:
            return False
        if self.handles and _handle(arrival.author.handle) not in self.handles:
            return False
        return not self.words or any(word in text for word in self.words)


def rules_of(rows: Iterable[RoutingRow]) -> list[Rule]:
    """The rules in their order, ready to be asked."""
    return [
        Rule(
            row,
            frozenset(row.channel_ids),
            tuple(_fold(word) for word in row.contains),
            frozenset(_handle(handle) for handle in row.author_handles),
            frozenset(row.kinds),
        )
        for row in sorted(rows, key=lambda row: (row.position, row.id))
    ]


def decide(arrival: MentionArrived, channel: Channel, rules: Sequence[Rule]) -> Decision:
    """The first rule that matches, else the channel's unit. An archived channel asks for nothing."""
    if channel.state is ChannelState.ARCHIVED:
        return _decision(RoutingAction.NO_REPLY_NEEDED, channel.unit_id, CHANNEL_ARCHIVED)
    text = _fold(arrival.text) if rules else ""
    for rule in rules:
        if rule.matches(arrival, text):
            return _decision(rule.row.action, rule.row.unit_id or channel.unit_id, rule.row.name)
    return _decision(RoutingAction.ROUTE, channel.unit_id, CHANNEL_DEFAULT)


def _decision(action: RoutingAction, unit_id: str, routed_by: str) -> Decision:
    return Decision(action=action, unit_id=unit_id, routed_by=routed_by)


def _fold(text: str) -> str:
    return " ".join(text.casefold().split())


def _handle(handle: str) -> str:
    return handle.strip().removeprefix("@").casefold()
