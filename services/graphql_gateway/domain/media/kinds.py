"""The few kinds of files that may be attached, told by their first bytes and by nothing else."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Any, Final

import msgspec

from contracts.refusals import Refusal, RefusalCode

LONGEST_SIGNATURE: Final = 32
_CAPTIONS: Final = re.compile(rb"(?:\xef\xbb\xbf)?WEBVTT(?:[ \t\r\n]|\Z)")
_MOVIES: Final = frozenset({b"isom", b"mp41", b"mp42", b"avc1", b"iso2", b"iso4", b"iso5", b"iso6"})
"""Major brands of MP4. Others (``heic``, ``qt  ``, ``M4A ``) are another format in the same boxes."""


class MediaKind(StrEnum):
    """Types that may be attached."""

    JPEG = "image/jpeg"
    PNG = "image/png"
    GIF = "image/gif"
    WEBP = "image/webp"
    MP4 = "video/mp4"
    CAPTIONS = "text/vtt"


EXTENSIONS: Final = {
    MediaKind.JPEG: "jpg",
    MediaKind.PNG: "png",
    MediaKind.GIF: "gif",
    MediaKind.WEBP: "webp",
    MediaKind.MP4: "mp4",
    MediaKind.CAPTIONS: "vtt",
}


class MediaLimits(msgspec.Struct, frozen=True, kw_only=True):
    """How much one upload may be: bytes of each kind, and pixels of all frames of an image."""

    image_bytes: int = 16 * 1024**2
    video_bytes: int = 40 * 1024**2
    captions_bytes: int = 256 * 1024
    pixels: int = 24_000_000
    frames: int = 1_000

    @property
    def largest(self) -> int:
        """Bytes of the largest upload there can be."""
        return max(self.image_bytes, self.video_bytes, self.captions_bytes)

    def of(self, kind: MediaKind) -> int:
        """Bytes of one file of this kind."""
        if kind is MediaKind.CAPTIONS:
            return self.captions_bytes
        return self.video_bytes if kind is MediaKind.MP4 else self.image_bytes


class Cleaned(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept of an upload: nothing but what shows. Width and height in pixels."""

    content: bytes
    kind: MediaKind
    width: int | None = None
    height: int | None = None


def kind_of(content: bytes) -> MediaKind:
    """What the bytes begin like; refuses UnsupportedMedia for everything that is not listed."""
    head = content[:LONGEST_SIGNATURE]
    for kind, is_it in _TELLS:
        if is_it(head):
            return kind
    sentence = "Take JPEG, PNG, GIF, WebP, MP4 or WebVTT: these bytes are none of them."
    raise unsupported(sentence, kinds=[kind.value for kind in MediaKind])


def refuse_lie(declared: str, found: MediaKind) -> None:
    """Refuses a declared type that the bytes are not; octets and nothing claim nothing."""
    said = declared.partition(";")[0].strip().lower()
    if said and said not in {found.value, "application/octet-stream"}:
        sentence = f"This was sent as {said}, and its bytes are {found.value}."
        raise unsupported(sentence, declared=said, found=found.value)


def refuse_large(size: int, kind: MediaKind, limits: MediaLimits) -> None:
    """Refuses TooLarge."""
    most = limits.of(kind)
    if size > most:
        sentence = f"A file of {kind.value} has at most {most} bytes."
        raise Refusal(RefusalCode.TOO_LARGE, sentence, data={"most": most, "size": size})


def refuse_pixels(width: int, height: int, limits: MediaLimits, *, frames: int = 1) -> None:
    """Refuses TooLarge for more than anybody looks at, before a pixel of it is made."""
    if width <= 0 or height <= 0:
        raise damaged("it has no size")
    if width * height * frames > limits.pixels or frames > limits.frames:
        sentence = (
            f"An image has at most {limits.pixels} pixels in at most {limits.frames} frames; "
            f"this one has {frames} of {width} x {height}."
        )
        data = {"width": width, "height": height, "frames": frames}
        raise Refusal(RefusalCode.TOO_LARGE, sentence, data=data)


def unsupported(sentence: str, **data: Any) -> Refusal:
    """The bytes are not something that may be attached."""
    return Refusal(RefusalCode.UNSUPPORTED_MEDIA, sentence, data=data)


def damaged(why: str) -> Refusal:
    """The bytes begin like a known kind and go on like something else."""
    return unsupported(f"The file cannot be read: {why}.")


def _is_movie(head: bytes) -> bool:
    return head[4:8] == b"ftyp" and head[8:12] in _MOVIES


_TELLS: Final = (
    (MediaKind.JPEG, lambda head: head.startswith(b"\xff\xd8\xff")),
    (MediaKind.PNG, lambda head: head.startswith(b"\x89PNG\r\n\x1a\n")),
    (MediaKind.GIF, lambda head: head.startswith((b"GIF87a", b"GIF89a"))),
    (MediaKind.WEBP, lambda head: head[:4] == b"RIFF" and head[8:12] == b"WEBP"),
    (MediaKind.MP4, _is_movie),
    (MediaKind.CAPTIONS, lambda head: _CAPTIONS.match(head) is not None),
)
