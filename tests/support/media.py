"""Small files of every kind that may be attached, with what people do not know is in them."""

from __future__ import annotations

import struct
from io import BytesIO
from typing import Any

from PIL import Image, PngImagePlugin

SECRET = b"52.5200 N 13.4050 E"
"""A place that nobody meant to publish."""


def an_image(
    kind: str, *, size: tuple[int, int] = (40, 30), mode: str = "RGB", **more: Any
) -> bytes:
    """A picture that is red at its left and blue at its right."""
    image = Image.new(mode, size, "blue")
    image.paste("red", (0, 0, size[0] // 2, size[1]))
    out = BytesIO()
    image.save(out, kind, **more)
    return out.getvalue()


def exif(orientation: int = 1) -> Image.Exif:
    """What a camera writes: which way is up, and where it was."""
    found = Image.Exif()
    found[0x0112] = orientation
    found[0x010E] = SECRET.decode()
    return found


def a_jpeg(orientation: int = 1) -> bytes:
    """A photograph with its place in EXIF and in a comment."""
    return an_image("JPEG", exif=exif(orientation), comment=SECRET)


def a_png(**more: Any) -> bytes:
    """With its place in a text chunk."""
    info = PngImagePlugin.PngInfo()
    info.add_text("Location", SECRET.decode())
    return an_image("PNG", pnginfo=info, exif=exif(), **more)


def a_gif(frames: int = 3) -> bytes:
    """An animation with a comment."""
    steps = [Image.new("P", (20, 10), number) for number in range(frames)]
    for number, step in enumerate(steps):
        step.putpalette([(number * 40) % 256, 0, 0] * 256)
    out = BytesIO()
    steps[0].save(
        out, "GIF", save_all=True, append_images=steps[1:], duration=100, loop=0, comment=SECRET
    )
    return out.getvalue()


def a_webp(**more: Any) -> bytes:
    """With its place in EXIF."""
    return an_image("WEBP", exif=exif(), **more)


def box(kind: bytes, body: bytes) -> bytes:
    """A box of ISO/IEC 14496-12."""
    return struct.pack(">I4s", len(body) + 8, kind) + body


def a_movie(*, width: int = 640, height: int = 360, brand: bytes = b"isom") -> bytes:
    """Header, one track, its place in ``udta``, and some bytes of film."""
    head = box(b"tkhd", bytes(76) + struct.pack(">II", width << 16, height << 16))
    film = box(b"mvhd", bytes(100)) + box(b"trak", head) + box(b"udta", box(b"\xa9xyz", SECRET))
    return box(b"ftyp", brand + bytes(4)) + box(b"moov", film) + box(b"mdat", b"film" * 10)


CAPTIONS = b"WEBVTT\n\n1\n00:00.000 --> 00:02.500 align:start\nThe bridge opens.\n"
