"""The registry of facts: one class per type and version.

Grammar of a type: ``rostrum.<speaker>.<PastTenseName>.v<version>`` (CloudEvents ``type``).
A published shape only ever gains fields with defaults, so that old bodies stay readable; any other
change is a new class with the next version and a golden sample of its own in ``contracts/samples``,
and ``upcast`` lifts the old one when it is read.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, Final, TypeVar

import msgspec

from contracts.topics import Topic


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happened, with enough in it to rebuild the state it speaks of; no secret."""

    TYPE: ClassVar[str] = ""
    TOPIC: ClassVar[Topic]
    VERSION: ClassVar[int] = 1

    def upcast(self) -> Fact:
        """The same fact in the newest shape; the newest shape returns itself."""
        return self


F = TypeVar("F", bound=Fact)

REGISTRY: Final[dict[str, type[Fact]]] = {}


def fact(topic: Topic, *, version: int = 1) -> Callable[[type[F]], type[F]]:
    """Register a fact class under its topic; the speaker is the first part of the topic."""

    def register(cls: type[F]) -> type[F]:
        name = cls.__name__.removesuffix(f"V{version}")
        cls.TYPE = f"rostrum.{topic.speaker}.{name}.v{version}"
        cls.TOPIC = topic
        cls.VERSION = version
        if cls.TYPE in REGISTRY:
            raise ValueError(f"{cls.TYPE} is registered twice")
        REGISTRY[cls.TYPE] = cls
        return cls

    return register


def versions_of(cls: type[Fact]) -> frozenset[str]:
    """The types of all versions of a fact: a reader of the newest shape is handed the old ones too."""
    stem = cls.TYPE.rpartition(".v")[0]
    return frozenset(name for name in REGISTRY if name.rpartition(".v")[0] == stem)


class UnknownFact(ValueError):  # noqa: N818
    """No class is registered under this type."""


def encode(item: Fact) -> bytes:
    """The JSON body of a fact; times are RFC 3339, cut to milliseconds by the clock."""
    return msgspec.json.encode(item)


_DECODERS: dict[str, msgspec.json.Decoder[Any]] = {}


def decode(type_name: str, body: bytes) -> Fact:
    """The fact in its newest shape. Raises UnknownFact or msgspec.DecodeError/ValidationError."""
    decoder = _DECODERS.get(type_name)
    if decoder is None:
        cls = REGISTRY.get(type_name)
        if cls is None:
            raise UnknownFact(type_name)
        decoder = _DECODERS[type_name] = msgspec.json.Decoder(cls)
    item: Fact = decoder.decode(body)
    return item.upcast()
