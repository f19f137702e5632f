"""WebP, rebuilt from the chunks that show something: EXIF, XMP and unknown chunks are left out.

Source: RFC 9649, section 2 (the RIFF container).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final

from services.graphql_gateway.domain.media.kinds import (
    Cleaned,
    MediaKind,
    MediaLimits,
    damaged,
    refuse_pixels,
)

_SHOWN: Final = frozenset({b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"})
_EXIF_AND_XMP: Final = 0x0C


def clean_webp(content: bytes, limits: MediaLimits) -> Cleaned:
    """The image or the animation as it is. Refuses UnsupportedMedia and TooLarge."""
    chunks = [(name, body) for name, body in _chunks(content) if name in _SHOWN]
    if not chunks:
        raise damaged("it shows nothing")
    width, height = _canvas(*chunks[0])
    frames = sum(name == b"ANMF" for name, _ in chunks) or 1
    refuse_pixels(width, height, limits, frames=frames)
    body = b"".join(_written(name, data) for name, data in chunks)
    whole = b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body
    return Cleaned(content=whole, kind=MediaKind.WEBP, width=width, height=height)


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Name and data of every chunk inside of what RIFF says is the file."""
    end = 8 + struct.unpack_from("<I", content, 4)[0]
    at = 12
    if end > len(content):
        raise damaged("it ends in the middle")
    while at + 8 <= end:
        name, size = content[at : at + 4], struct.unpack_from("<I", content, at + 4)[0]
        if at + 8 + size > end:
            raise damaged("a chunk is longer than the file")
        yield name, content[at + 8 : at + 8 + size]
        at += 8 + size + size % 2


def _written(name: bytes, data: bytes) -> bytes:
    if name == b"VP8X":
        data = bytes([data[0] & ~_EXIF_AND_XMP]) + data[1:]
    return name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)


def _canvas(name: bytes, data: bytes) -> tuple[int, int]:
    if len(data) < 10:
        raise damaged("its first chunk is too short")
    if name == b"VP8X":
        return 1 + int.from_bytes(data[4:7], "little"), 1 + int.from_bytes(data[7:10], "little")
    if name == b"VP8L":
        bits = int.from_bytes(data[1:5], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if name == b"VP8 ":
        width, height = struct.unpack_from("<HH", data, 6)
        return width & 0x3FFF, height & 0x3FFF
    raise damaged("it does not begin with an image")
