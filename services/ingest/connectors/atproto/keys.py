"""Record keys and addresses of the AT Protocol.

Source: atproto.com/specs/tid and /specs/at-uri-scheme. A TID is 64 bits in base32-sortable: a zero
bit, 53 bits of microseconds since 1970, 10 bits of a clock id.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Final

POSTS: Final = "app.bsky.feed.post"
_ALPHABET: Final = "234567abcdefghijklmnopqrstuvwxyz"


def rkey_of(delivery_id: str, frozen_at: datetime) -> str:
    """The record key of a delivery: the same for every try, in the order of creation.

    The time is the frozen one; its microseconds and the clock id come from the delivery's hash, so
    that two deliveries of one millisecond do not meet.
    """
    digest = int.from_bytes(hashlib.sha256(delivery_id.encode()).digest()[:8], "big")
    milliseconds = int(frozen_at.timestamp() * 1000)
    return tid(milliseconds * 1000 + digest % 1000, (digest >> 20) & 0x3FF)


def tid(microseconds: int, clock_id: int) -> str:
    """13 characters that sort like the numbers."""
    value = (microseconds & (2**53 - 1)) << 10 | clock_id & 0x3FF
    return "".join(_ALPHABET[value >> shift & 31] for shift in range(60, -1, -5))


def rkey_in(uri: str) -> str:
    """The last part of ``at://did/collection/rkey``."""
    return uri.rpartition("/")[2]


def repo_in(uri: str) -> str:
    """The account of ``at://did/collection/rkey``."""
    return uri.removeprefix("at://").partition("/")[0]


def web_address(did: str, uri: str) -> str:
    """Where a browser shows the post."""
    return f"https://bsky.app/profile/{did}/post/{rkey_in(uri)}"
