"""Uploads made fit to keep: images are decoded within limits and written anew, without EXIF.

S4: width, height and frames are read from the header and refused before a pixel is decoded.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Final

from PIL import Image, ImageOps, PngImagePlugin

from contracts.refusals import Refusal, RefusalCode
from services.graphql_gateway.domain.media.captions import clean_captions
from services.graphql_gateway.domain.media.gif import clean_gif
from services.graphql_gateway.domain.media.kinds import (
    Cleaned,
    MediaKind,
    MediaLimits,
    damaged,
    refuse_pixels,
    unsupported,
)
from services.graphql_gateway.domain.media.movie import clean_movie
from services.graphql_gateway.domain.media.webp import clean_webp

_FORMATS: Final = {
    MediaKind.JPEG: "JPEG",
    MediaKind.PNG: "PNG",
    MediaKind.GIF: "GIF",
    MediaKind.WEBP: "WEBP",
}
_JPEG_QUALITY: Final = 92
PngImagePlugin.MAX_TEXT_MEMORY = 1024 * 1024
"""Bytes that all compressed texts of a PNG may inflate to; we keep none of them."""


def clean(content: bytes, kind: MediaKind, limits: MediaLimits) -> Cleaned:
    """What is kept of an upload. Refuses UnsupportedMedia for damage and lies, TooLarge."""
    if kind is MediaKind.CAPTIONS:
        return clean_captions(content)
    if kind is MediaKind.MP4:
        return clean_movie(content)
    if kind is MediaKind.GIF:
        return _proven(clean_gif(content, limits))
    if kind is MediaKind.WEBP:
        return _proven(clean_webp(content, limits))
    return _written_anew(content, kind, limits)


def _proven(cleaned: Cleaned) -> Cleaned:
    """Its first frame can be decoded, so it is an image and not only shaped like one."""
    with _opened(cleaned.content, cleaned.kind) as image:
        image.load()
    return cleaned


def _written_anew(content: bytes, kind: MediaKind, limits: MediaLimits) -> Cleaned:
    """Upright, with its colours, and with nothing else of what came with it."""
    with _opened(content, kind) as image:
        refuse_pixels(image.width, image.height, limits)
        if kind is MediaKind.PNG and getattr(image, "is_animated", False):
            raise unsupported("An animation is sent as GIF, WebP or MP4.")
        colours = image.info.get("icc_profile")
        transparency = image.info.get("transparency")
        ImageOps.exif_transpose(image, in_place=True)
        image.info = {} if transparency is None else {"transparency": transparency}
        if kind is MediaKind.JPEG and image.mode not in {"L", "RGB", "CMYK"}:
            image = image.convert("RGB")  # noqa: PLW2901 - the same image, in a mode JPEG has
        written = BytesIO()
        options = {"quality": _JPEG_QUALITY} if kind is MediaKind.JPEG else {}
        image.save(written, _FORMATS[kind], icc_profile=colours, **options)
        return Cleaned(
            content=written.getvalue(), kind=kind, width=image.width, height=image.height
        )


@contextmanager
def _opened(content: bytes, kind: MediaKind) -> Iterator[Image.Image]:
    """The image of exactly this format; whatever its decoder raises is damage."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            with Image.open(BytesIO(content), formats=(_FORMATS[kind],)) as image:
                yield image
        except Refusal:
            raise
        except Image.DecompressionBombError:
            sentence = "An image of that many pixels is not taken."
            raise Refusal(RefusalCode.TOO_LARGE, sentence) from None
        except Exception as wrong:
            raise damaged(f"{type(wrong).__name__} while decoding") from wrong
