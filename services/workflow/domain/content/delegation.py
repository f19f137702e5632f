"""Delegation: somebody votes in somebody else's place for a time (DOMAIN 3)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

import msgspec

from chassis.ports import Entity
from contracts.refusals import Refusal, RefusalCode
from contracts.workflow.review import DelegateReviews


class Delegation(Entity, frozen=True, kw_only=True):
    """``to_id`` may fill the seat of ``from_id`` from ``starts_at`` up to ``ends_at``.

    On a unit with its subtree, on one channel, or, without both, everywhere.
    """

    from_id: str
    to_id: str
    unit_id: str | None
    channel_id: str | None
    starts_at: datetime
    ends_at: datetime
    created_at: datetime
    is_ended: bool = False

    def is_live(self, now: datetime) -> bool:
        """Whether it holds at this moment."""
        return not self.is_ended and self.starts_at <= now < self.ends_at

    def reaches(self, lineage: Collection[str], channel_id: str | None) -> bool:
        """Whether an item in the unit with this lineage, or for this channel alone, is in its scope."""
        if self.unit_id is None and self.channel_id is None:
            return True
        if self.channel_id is not None:
            return self.channel_id == channel_id
        return self.unit_id is not None and self.unit_id in lineage

    def overlaps(self, starts_at: datetime, ends_at: datetime) -> bool:
        """Whether it holds at any moment of a time."""
        return not self.is_ended and self.starts_at < ends_at and starts_at < self.ends_at


def ended(given: Delegation) -> Delegation:
    """It holds no more. Refuses WrongState if it was ended before."""
    if given.is_ended:
        raise Refusal(RefusalCode.WRONG_STATE, "This delegation was ended before.")
    return msgspec.structs.replace(given, is_ended=True)


def check_delegation(
    command: DelegateReviews, from_id: str, given_by_other: Iterable[Delegation], *, now: datetime
) -> None:
    """Refuses to oneself, times without zone or sense, and a delegate who is away in that time.

    ``given_by_other``: what the delegate has given on: a chain has one link.
    """
    if command.to_id == from_id:
        raise _wrong("Name somebody else.", "toId")
    for name, moment in (("startsAt", command.starts_at), ("endsAt", command.ends_at)):
        if moment.tzinfo is None:
            raise Refusal(RefusalCode.INVALID_TIME, "This time names no zone.", field=(name,))
    if not max(now, command.starts_at) < command.ends_at:
        raise Refusal(
            RefusalCode.INVALID_TIME,
            "It ends after it starts, and not in the past.",
            field=("endsAt",),
        )
    if command.unit_id and command.channel_id:
        raise _wrong("Name a unit or a channel, not both.", "channelId")
    if any(d.overlaps(command.starts_at, command.ends_at) for d in given_by_other):
        raise _wrong(
            "They have delegated their own reviews in that time; a chain has one link.", "toId"
        )


def _wrong(sentence: str, field: str) -> Refusal:
    return Refusal(RefusalCode.INVALID_ARGUMENT, sentence, field=(field,))
