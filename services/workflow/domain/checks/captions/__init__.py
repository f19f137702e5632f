"""Video and audio with speech carry captions (WCAG 2.2, success criterion 1.2.2)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import msgspec

from services.workflow.domain.checks.evidence import Evidence, Hit, Needs
from services.workflow.domain.content.item import ContentItem

NAME: Final = "captions"
CLAUSE: Final = "Every video and every recording carries captions."


class Params(msgspec.Struct, frozen=True, kw_only=True):
    """``audio``: whether recordings without pictures need captions too."""

    audio: bool = True


def needs(_item: ContentItem, _params: Params) -> Needs:
    """Nothing but the item."""
    return Needs()


def judge(item: ContentItem, _evidence: Evidence, params: Params) -> Iterator[Hit]:
    """One hit per file without captions."""
    kinds = ("video/", "audio/") if params.audio else ("video/",)
    for variant in item.variants:
        for place, media in enumerate(variant.media, 1):
            if media.content_type.startswith(kinds) and not media.captions:
                yield Hit(
                    sentence=f"Attachment {place} ({media.content_type}) has no captions.",
                    channel_id=variant.channel_id,
                    evidence=media.hash[:12],
                )
