"""Where ids come from.

Own ids are UUIDv7 (RFC 9562, 5.7): they sort by creation, so indexes grow at one end. Ids of things
that have a key outside are UUIDv5 of that key: the same parts give the same id in every service.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import itertools
import os
import uuid
from typing import Final

from chassis.ports import Clock

_ROSTRUM: Final = uuid.uuid5(uuid.NAMESPACE_URL, "https://rostrum.example/ids").bytes
_VERSION_7: Final = 0x7 << 76
_VERSION_5: Final = 0x5 << 76
_VARIANT: Final = 0x2 << 62
_SEPARATOR: Final = "\x1f"


def _text(value: int) -> str:
    digits = f"{value:032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def derived(*parts: str) -> str:
    """UUIDv5 of the parts, which may hold anything but the unit separator (0x1f)."""
    if any(_SEPARATOR in part for part in parts):
        raise ValueError("a part of a key holds a unit separator")
    name = _SEPARATOR.join(parts).encode()
    digest = hashlib.sha1(_ROSTRUM + name, usedforsecurity=False).digest()[:16]
    value = int.from_bytes(digest, "big") & ~(0xF << 76) & ~(0x3 << 62)
    return _text(value | _VERSION_5 | _VARIANT)


class SystemIds:
    """UUIDv7 from a clock, a counter within the process and 62 random bits."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._counter = itertools.count()

    def new(self) -> str:
        """A UUIDv7 string; ids of one process and millisecond sort as they were made."""
        milliseconds = int(self._clock.now().timestamp() * 1000)
        count = next(self._counter) & 0xFFF
        noise = int.from_bytes(os.urandom(8), "big") >> 2
        return _text(milliseconds << 80 | _VERSION_7 | count << 64 | _VARIANT | noise)

    def derived(self, *parts: str) -> str:
        """See the function of this module."""
        return derived(*parts)


class SequentialIds:
    """1, 2, 3 ... in the shape of UUIDv7: the twin for tests."""

    def __init__(self) -> None:
        self._counter = itertools.count(1)

    def new(self) -> str:
        """The next one."""
        return _text(_VERSION_7 | _VARIANT | next(self._counter))

    def derived(self, *parts: str) -> str:
        """Derived ids are the same everywhere, in tests too."""
        return derived(*parts)


def public_id(type_name: str, ident: str) -> str:
    """The id that people see: base64url of ``Type:id`` without padding."""
    return base64.urlsafe_b64encode(f"{type_name}:{ident}".encode()).decode().rstrip("=")


def parse_public_id(text: str) -> tuple[str, str]:
    """Type and id of a public id; ValueError if it is none."""
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        type_name, separator, ident = raw.decode().partition(":")
    except (binascii.Error, UnicodeError) as wrong:
        raise ValueError(f"{text!r} is not a public id") from wrong
    if not (type_name and separator and ident):
        raise ValueError(f"{text!r} is not a public id")
    return type_name, ident
