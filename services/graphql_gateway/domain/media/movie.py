"""MP4: the boxes are walked, and those that hold metadata (places, names, XMP) are blanked in place.

Source: ISO/IEC 14496-12, 4.2 (boxes), 8.3.2 (tkhd), 8.10 (udta), 8.11 (meta). Blanking keeps every
offset, so that the sample tables stay right; nothing is decoded.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final, NamedTuple

from services.graphql_gateway.domain.media.kinds import Cleaned, MediaKind, damaged, unsupported

_METADATA: Final = frozenset({b"udta", b"meta", b"uuid"})
_MOST_BOXES: Final = 10_000
"""Fragments of a long film are some thousands; a file of nothing but boxes is an attack."""


class _Box(NamedTuple):
    kind: bytes
    body: int
    end: int
    begin: int


def clean_movie(content: bytes) -> Cleaned:
    """The film without what it says about its maker; the size of its largest track."""
    found = bytearray(content)
    boxes = list(_boxes(content, 0, len(content)))
    kinds = {box.kind for box in boxes}
    if boxes[0].kind != b"ftyp" or b"moov" not in kinds:
        raise damaged("it has no film in it")
    inner = [box for moov in boxes if moov.kind == b"moov" for box in _opened(content, moov)]
    for box in [*boxes, *inner]:
        if box.kind in _METADATA:
            found[box.begin + 4 : box.begin + 8] = b"free"
            found[box.body : box.end] = bytes(box.end - box.body)
    width, height = max(
        (_size(content, box) for box in inner if box.kind == b"tkhd"), default=(0, 0)
    )
    if not width or not height:
        raise unsupported("This film has no picture.")
    return Cleaned(content=bytes(found), kind=MediaKind.MP4, width=width, height=height)


def _opened(content: bytes, moov: _Box) -> Iterator[_Box]:
    """The boxes of the film and of its tracks."""
    for box in _boxes(content, moov.body, moov.end):
        yield box
        if box.kind == b"trak":
            yield from _boxes(content, box.body, box.end)


def _boxes(content: bytes, at: int, end: int) -> Iterator[_Box]:
    for _ in range(_MOST_BOXES):
        if at == end:
            return
        box = _box(content, at, end)
        yield box
        at = box.end
    raise damaged("it has too many boxes")


def _box(content: bytes, at: int, end: int) -> _Box:
    if at + 8 > end:
        raise damaged("it ends in the middle")
    size, kind = struct.unpack_from(">I4s", content, at)
    body = at + 8
    if size == 1:
        if at + 16 > end:
            raise damaged("it ends in the middle")
        size, body = struct.unpack_from(">Q", content, at + 8)[0], at + 16
    if size == 0:
        size = end - at
    if at + size > end or at + size < body:
        raise damaged("a box is longer than the file")
    return _Box(kind, body, at + size, at)


def _size(content: bytes, box: _Box) -> tuple[int, int]:
    """Width and height stand at the end of a track header, as 16.16 fixed point."""
    if box.end - box.body < 84:
        raise damaged("a track header is too short")
    width, height = struct.unpack_from(">II", content, box.end - 8)
    return width >> 16, height >> 16
