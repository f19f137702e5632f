"""Images of a post: uploaded as blobs, then embedded by their links.

A blob that no record names is dropped by the server, and the same bytes have the same link, so an
upload that is made again doubles nothing.
"""

from __future__ import annotations

import base64
from typing import Any, Final

import msgspec

from contracts.ingest import MediaRules
from services.ingest.connectors import answers
from services.ingest.connectors.atproto.client import REVOKED, XrpcClient
from services.ingest.domain.publishing.post import Post

RULES: Final = MediaRules(
    most=4,
    kinds=("image/jpeg", "image/png", "image/gif", "image/webp"),
    image_bytes=1_000_000,
)
"""Source: the lexicon app.bsky.embed.images."""
EMBED: Final = "app.bsky.embed.images"
_CID_OF_RAW_SHA256: Final = bytes([0x01, 0x55, 0x12, 0x20])


class _Uploaded(msgspec.Struct):
    blob: dict[str, Any]


def embed(client: XrpcClient, post: Post) -> dict[str, Any]:
    """The record's part with the images, uploaded just now; nothing without images.

    Raises Unavailable, Trouble and Refusal: nothing was posted then.
    """
    if not post.media:
        return {}
    images = []
    for one in post.media:
        response = client.upload(post.files[one.hash], one.content_type)
        answers.refuse_failure(response, revoked=REVOKED)
        images.append({"image": answers.decoded(response, _Uploaded).blob, "alt": one.alt_text})
    return {"embed": {"$type": EMBED, "images": images}}


def shows(value: dict[str, Any], post: Post) -> bool:
    """Whether a record embeds exactly these images with these words, in this order."""
    embedded = value.get("embed") or {}
    images = embedded.get("images", []) if embedded.get("$type") == EMBED else []
    seen = [(_link(one), one.get("alt", "")) for one in images]
    return seen == [(link_of(one.hash), one.alt_text) for one in post.media]


def link_of(sha256: str) -> str:
    """The CID of a blob: version 1, raw, SHA-256, in base32. Source: the AT Protocol data model."""
    content = _CID_OF_RAW_SHA256 + bytes.fromhex(sha256)
    return "b" + base64.b32encode(content).decode().lower().rstrip("=")


def _link(image: dict[str, Any]) -> str:
    return str(image.get("image", {}).get("ref", {}).get("$link", ""))
