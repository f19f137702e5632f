"""From a record of the broker to a fact, or to the reason why it is none."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

import msgspec

from chassis.broker.ports import Record
from chassis.consumer.settings import Subscription
from contracts.envelope import Envelope, Unaddressed, from_headers
from contracts.facts import REGISTRY, Fact, UnknownFact, decode
from contracts.flow import BEAT_TYPE

Line = tuple[str, str]
"""Organization and aggregate."""

_VERSION: Final = re.compile(r"\.v\d+$")


class Read(msgspec.Struct, frozen=True, kw_only=True):
    """A record and what it says.

    ``fact`` None without a ``problem``: a type the group does not handle, or a beat. ``envelope``
    None: the headers are no envelope. ``parked_id``: it waited in our own database.
    """

    record: Record
    envelope: Envelope | None = None
    fact: Fact | None = None
    problem: str = ""
    parked_id: str | None = None

    @property
    def is_beat(self) -> bool:
        """It only says how far the relay is."""
        return self.envelope is not None and self.envelope.type == BEAT_TYPE

    @property
    def sequence(self) -> int:
        """Its place in its line; 0 without one."""
        return self.envelope.sequence if self.envelope else 0

    @property
    def line(self) -> Line:
        """What it stands in line with; of a record without an envelope, nothing."""
        if self.envelope is None:
            raise ValueError("a record without an envelope stands in no line")
        return self.envelope.org_id, self.envelope.subject


def read(
    record: Record, wanted: Subscription, *, largest: int, parked_id: str | None = None
) -> Read:
    """Never raises: what cannot be understood carries a problem."""
    try:
        envelope = from_headers(record.headers)
    except Unaddressed as wrong:
        return Read(record=record, problem=str(wrong), parked_id=parked_id)
    fact, problem = None, ""
    if envelope.type != BEAT_TYPE:
        if envelope.sequence < 1:
            wrong_place = f"sequence {envelope.sequence} is no place in a line"
            return Read(record=record, problem=wrong_place, parked_id=parked_id)
        fact, problem = _understood(record, envelope, wanted=wanted, largest=largest)
    return Read(record=record, envelope=envelope, fact=fact, problem=problem, parked_id=parked_id)


def _understood(
    record: Record, envelope: Envelope, *, wanted: Subscription, largest: int
) -> tuple[Fact | None, str]:
    if len(record.value) > largest:
        return None, f"{len(record.value)} bytes are more than {largest}"
    if wanted.handles is not None and not _is_wanted(envelope.type, wanted.handles):
        return None, ""
    try:
        return decode(envelope.type, record.value), ""
    except UnknownFact:
        is_known = _base(envelope.type) in _bases()
        return None, f"no version {envelope.type} is known" if is_known else ""
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as wrong:
        return None, f"the body is no {envelope.type}: {wrong}"


def _is_wanted(type_name: str, handles: frozenset[str]) -> bool:
    return type_name in handles or _base(type_name) in _without_version(handles)


@cache
def _without_version(types: frozenset[str]) -> frozenset[str]:
    return frozenset(_base(item) for item in types)


@cache
def _base(type_name: str) -> str:
    return _VERSION.sub("", type_name)


def _bases() -> frozenset[str]:
    return _without_version(frozenset(REGISTRY))
