"""What a durable group reads, and how patiently."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from contracts.facts import Fact, versions_of
from contracts.topics import SUBSCRIPTIONS, Group


class Subscription(msgspec.Struct, frozen=True, kw_only=True):
    """A group on its topic.

    ``handles``: the types of facts the handler wants; others only advance the line. None: all.
    ``uses_applied`` False: the effect has a unique key of its own, and every fact is the only one
    of its aggregate (arrivals).
    """

    group: str
    topic: str
    handles: frozenset[str] | None = None
    uses_applied: bool = True


def subscription(
    group: Group, handles: Iterable[type[Fact]] | None = None, *, uses_applied: bool = True
) -> Subscription:
    """The group's subscription as ``contracts.topics`` lists it."""
    return Subscription(
        group=group.value,
        topic=SUBSCRIPTIONS[group].value,
        handles=None if handles is None else frozenset[str]().union(*map(versions_of, handles)),
        uses_applied=uses_applied,
    )


class LimitSettings(msgspec.Struct, frozen=True, kw_only=True):
    """More than ``floor`` letters and more than ``ratio`` of about ``window`` facts: stop.

    Then, for ``probation`` seconds or until ``trust`` facts went well, the first one is too many.
    """

    floor: int = 20
    ratio: float = 0.1
    window: int = 1_000
    probation: float = 600.0
    trust: int = 100


class ConsumerSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Times in seconds.

    ``gap``: how long a fact waits for an earlier one before the speaker is asked to send again.
    ``report``: how often the speaker is told the progress. ``sweep``: how often parked facts are
    looked at. ``poison_tries``: a fact that crashed the process so often, alone, is set aside.
    ``largest_body`` in bytes. ``conflict_patience``: a batch that lost against others for so long is
    halved like any that fails; longer than the database keeps the transaction of a process that was
    killed in the middle of it.
    """

    batch: int = 500
    poll: float = 0.2
    gap: float = 60.0
    report: float = 3.0
    sweep: float = 2.0
    poison_tries: int = 3
    conflict_patience: float = 300.0
    largest_body: int = 1_000_000
    limit: LimitSettings = LimitSettings()
