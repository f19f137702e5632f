"""GIF, rebuilt from the blocks that show something: comments, metadata and what trails are left out.

Source: Graphics Interchange Format, version 89a, sections 17 to 27. Frames are copied as they are,
so that an animation loses nothing.
"""

from __future__ import annotations

import struct
from typing import Final

from services.graphql_gateway.domain.media.kinds import (
    Cleaned,
    MediaKind,
    MediaLimits,
    damaged,
    refuse_pixels,
)

_LOOPS: Final = (b"NETSCAPE2.0", b"ANIMEXTS1.0")
_CONTROL: Final = 0xF9
_APPLICATION: Final = 0xFF


class _Reader:
    """A cursor over the bytes; refuses to read past their end."""

    def __init__(self, content: bytes) -> None:
        self.content, self.at = content, 0

    def take(self, size: int) -> bytes:
        end = self.at + size
        if end > len(self.content):
            raise damaged("it ends in the middle")
        found, self.at = self.content[self.at : end], end
        return found

    def blocks(self) -> bytes:
        """Data sub-blocks up to and with their terminator."""
        begin = self.at
        while size := self.take(1)[0]:
            self.take(size)
        return self.content[begin : self.at]


def clean_gif(content: bytes, limits: MediaLimits) -> Cleaned:
    """Header, colours, frames, their timing and the loop. Refuses UnsupportedMedia and TooLarge."""
    reader = _Reader(content)
    head = reader.take(13)
    width, height, flags = struct.unpack_from("<HHB", head, 6)
    kept = [head, reader.take(_colours(flags))]
    frames = 0
    while (mark := reader.take(1)) != b";":
        if mark == b"!":
            kept.append(_extension(reader))
        elif mark == b",":
            frames += 1
            refuse_pixels(width, height, limits, frames=frames)
            kept.append(_frame(reader))
        else:
            raise damaged("an unknown block")
    if not frames:
        raise damaged("it shows nothing")
    whole = b"".join([*kept, b";"])
    return Cleaned(content=whole, kind=MediaKind.GIF, width=width, height=height)


def _colours(flags: int) -> int:
    return 3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0


def _extension(reader: _Reader) -> bytes:
    label = reader.take(1)
    found = b"!" + label + reader.blocks()
    is_loop = label[0] == _APPLICATION and found[3:14] in _LOOPS
    return found if is_loop or label[0] == _CONTROL else b""


def _frame(reader: _Reader) -> bytes:
    descriptor = reader.take(9)
    colours = reader.take(_colours(descriptor[8]))
    return b"," + descriptor + colours + reader.take(1) + reader.blocks()
