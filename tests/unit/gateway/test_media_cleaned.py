"""What is kept of an upload: what shows, and nothing of what came with it."""

from __future__ import annotations

import struct
import zlib
from contextlib import suppress
from io import BytesIO
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from contracts.refusals import Refusal, RefusalCode
from services.graphql_gateway.adapters.images import clean
from services.graphql_gateway.domain.media.kinds import (
    Cleaned,
    MediaKind,
    MediaLimits,
    kind_of,
    refuse_large,
    refuse_lie,
)
from tests.support.media import (
    CAPTIONS,
    SECRET,
    a_gif,
    a_jpeg,
    a_movie,
    a_png,
    a_webp,
    an_image,
    box,
)

LIMITS = MediaLimits()
FILES = {
    MediaKind.JPEG: a_jpeg(),
    MediaKind.PNG: a_png(),
    MediaKind.GIF: a_gif(),
    MediaKind.WEBP: a_webp(),
    MediaKind.MP4: a_movie(),
    MediaKind.CAPTIONS: CAPTIONS,
}
TRAILED = [MediaKind.JPEG, MediaKind.PNG, MediaKind.GIF, MediaKind.WEBP]


def kept(content: bytes, limits: MediaLimits = LIMITS) -> Cleaned:
    return clean(content, kind_of(content), limits)


def code(content: bytes, limits: MediaLimits = LIMITS) -> RefusalCode:
    with pytest.raises(Refusal) as no:
        kept(content, limits)
    return no.value.code


@pytest.mark.parametrize("kind", list(FILES))
def test_a_file_is_known_by_its_bytes(kind: MediaKind) -> None:
    assert kind_of(FILES[kind]) is kind
    assert kept(FILES[kind]).kind is kind


@pytest.mark.parametrize("kind", [kind for kind in FILES if kind is not MediaKind.CAPTIONS])
def test_the_place_it_was_made_at_is_gone(kind: MediaKind) -> None:
    assert SECRET in FILES[kind]

    assert SECRET not in kept(FILES[kind]).content


@pytest.mark.parametrize("kind", TRAILED)
def test_what_trails_an_image_is_gone(kind: MediaKind) -> None:
    assert b"PK\x03\x04" not in kept(FILES[kind] + b"PK\x03\x04<script>").content


@pytest.mark.parametrize("kind", list(FILES))
def test_cleaning_what_is_clean_changes_its_address_at_most_once(kind: MediaKind) -> None:
    once = kept(FILES[kind])

    assert kept(FILES[kind]) == once
    if kind is not MediaKind.JPEG:  # each JPEG is written anew, a little less sharp
        assert kept(once.content) == once


def test_a_photograph_stands_upright() -> None:
    found = kept(a_jpeg(orientation=6))

    assert (found.width, found.height) == (30, 40)
    with Image.open(BytesIO(found.content)) as image:
        top = image.convert("RGB").getpixel((15, 2))
        assert isinstance(top, tuple)
        assert top[0] > 200
        assert top[2] < 60
        assert not image.getexif()


def test_an_animation_keeps_its_frames_and_its_loop() -> None:
    with Image.open(BytesIO(kept(a_gif(4)).content)) as image:
        assert (image.n_frames, image.info["loop"]) == (4, 0)  # type: ignore[attr-defined]


def test_a_transparent_image_stays_transparent() -> None:
    content = an_image("PNG", mode="RGBA")
    with Image.open(BytesIO(kept(content).content)) as image:
        assert image.mode == "RGBA"


def test_a_lossless_and_an_animated_webp_stay_what_they_are() -> None:
    animated = an_image(
        "WEBP",
        save_all=True,
        append_images=[Image.new("RGB", (40, 30), c) for c in ("red", "green")],
    )

    assert kept(an_image("WEBP", lossless=True)).width == 40
    with Image.open(BytesIO(kept(animated).content)) as image:
        assert image.n_frames == 3  # type: ignore[attr-defined]


def test_a_film_keeps_its_offsets_and_tells_its_size() -> None:
    found = kept(a_movie())

    assert (len(found.content), found.width, found.height) == (len(a_movie()), 640, 360)
    assert found.content.endswith(b"film")


@pytest.mark.parametrize(
    ("declared", "fits"),
    [
        ("image/png", True),
        ("", True),
        ("application/octet-stream", True),
        ("IMAGE/PNG; charset=x", True),
        ("image/jpeg", False),
        ("text/html", False),
    ],
)
def test_an_image_that_lies_about_its_type_is_refused(declared: str, fits: bool) -> None:
    if fits:
        refuse_lie(declared, MediaKind.PNG)
        return
    with pytest.raises(Refusal) as no:
        refuse_lie(declared, MediaKind.PNG)
    assert no.value.code is RefusalCode.UNSUPPORTED_MEDIA
    assert no.value.data["found"] == "image/png"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"<!doctype html><script>",
        b"%PDF-1.7",
        b"PK\x03\x04",
        a_movie(brand=b"heic"),
        a_movie(brand=b"qt  "),
        an_image("TIFF"),
        an_image("BMP"),
        b"\x89PNG\r\n\x1a\n" + b"not a png",
        b"\xff\xd8\xff" + a_png(),
        a_png()[:60],
        a_gif()[:-5],
        a_webp()[:-5],
        b"GIF89a" + bytes(7) + b";",
        box(b"ftyp", b"isom" + bytes(4)) + box(b"mdat", b"x"),
        a_movie(width=0),
        an_image("PNG", save_all=True, append_images=[Image.new("RGB", (40, 30))]),
        b"WEBVTT\n\nno cue",
        b"WEBVTT\n\n00:02.000 --> 00:01.000\nbackwards",
        b"WEBVTT\n\n1:2 --> 3\nno times",
        b"WEBVTT\n\n00:00.000 --> 00:01.000\n\xff",
    ],
)
def test_what_is_no_such_file_is_refused(content: bytes) -> None:
    assert code(content) is RefusalCode.UNSUPPORTED_MEDIA


def a_bomb(width: int, height: int) -> bytes:
    """A PNG of nothing but black, as large as its header says; tiny until it is decoded."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    row = zlib.compress(bytes(1 + width * 3) * min(height, 64), 9)
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", row) + chunk(b"IEND", b"")


def a_long_animation() -> bytes:
    content = bytearray(a_gif(2))
    struct.pack_into("<HH", content, 6, 60_000, 60_000)
    return bytes(content)


@pytest.mark.parametrize(
    "content", [a_bomb(50_000, 50_000), a_bomb(65_535, 400), a_long_animation()]
)
def test_a_bomb_is_refused_by_its_header(content: bytes) -> None:
    began = perf_counter()

    assert code(content) is RefusalCode.TOO_LARGE
    assert perf_counter() - began < 2


def test_texts_that_inflate_are_not_inflated() -> None:
    """A compressed text of a hundred megabytes inside a PNG of some kilobytes (S4)."""
    body = b"Comment\0\0" + zlib.compress(bytes(100_000_000), 9)
    chunk = struct.pack(">I", len(body)) + b"zTXt" + body
    chunk += struct.pack(">I", zlib.crc32(b"zTXt" + body))
    plain = an_image("PNG")
    began = perf_counter()

    assert code(plain[:33] + chunk + plain[33:]) is RefusalCode.UNSUPPORTED_MEDIA
    assert perf_counter() - began < 2


def test_each_kind_has_its_own_limit_of_bytes() -> None:
    limits = MediaLimits(image_bytes=10, video_bytes=20, captions_bytes=5)

    refuse_large(20, MediaKind.MP4, limits)
    for kind, size in ((MediaKind.PNG, 11), (MediaKind.MP4, 21), (MediaKind.CAPTIONS, 6)):
        with pytest.raises(Refusal) as no:
            refuse_large(size, kind, limits)
        assert no.value.code is RefusalCode.TOO_LARGE


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(list(FILES.values())), st.data())
def test_damage_of_any_kind_is_a_refusal_and_never_a_fault(
    content: bytes, data: st.DataObject
) -> None:
    hurt = bytearray(content)
    for _ in range(data.draw(st.integers(1, 6))):
        hurt[data.draw(st.integers(0, len(hurt) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(hurt)))
    for version in (bytes(hurt), bytes(hurt[:cut])):
        with suppress(Refusal):
            assert kept(version).content
