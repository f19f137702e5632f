"""Which part of a day document an aggregate adds to: the partition of its facts, modulo 4 (rule 10).

Computed from the key instead of read from the record, so that a rebuild from the log, where there
are no partitions, finds the same slot. Processes that read different partitions then never write
the same document. Source: MurmurHash2 by Austin Appleby in the variant of Kafka's default
partitioner (``org.apache.kafka.common.utils.Utils.murmur2``); where a topic has a multiple of four
partitions, the slot is the partition modulo 4.
"""

from __future__ import annotations

import struct
from functools import lru_cache
from typing import Final

from contracts.envelope import key_of

SLOTS: Final = 4
_SEED: Final = 0x9747B28C
_FACTOR: Final = 0x5BD1E995
_32: Final = 0xFFFFFFFF


def murmur2(raw: bytes) -> int:
    """The unsigned 32-bit hash."""
    length = len(raw)
    whole = length // 4
    state = _SEED ^ length
    for word in struct.unpack_from(f"<{whole}I", raw):
        mixed = word * _FACTOR & _32
        mixed = (mixed ^ mixed >> 24) * _FACTOR & _32
        state = state * _FACTOR & _32 ^ mixed
    rest = raw[whole * 4 :]
    if rest:
        state = (state ^ int.from_bytes(rest, "little")) * _FACTOR & _32
    state = (state ^ state >> 13) * _FACTOR & _32
    return state ^ state >> 15


@lru_cache(maxsize=65_536)
def slot_of(org_id: str, aggregate_id: str) -> int:
    """0 to 3."""
    return (murmur2(key_of(org_id, aggregate_id)) & 0x7FFFFFFF) % SLOTS
