"""Shapes of content facts that are no longer spoken, and how each is lifted to today's.

Until version 2 a medium was the bare hash of its bytes.
"""

from __future__ import annotations

import msgspec

from contracts.facts import Fact, fact
from contracts.topics import Topic
from contracts.workflow.content import (
    ContentDrafted,
    ContentEdited,
    ContentKind,
    ContentState,
    ContentSubmitted,
    Media,
    TopicRisk,
    Variant,
)

UNKNOWN_TYPE = "application/octet-stream"
"""What the bytes are was not said."""


class VariantV1(msgspec.Struct, frozen=True, kw_only=True):
    """The text for one channel; media by their content hash."""

    channel_id: str
    text: str
    media: tuple[str, ...] = ()

    def lifted(self) -> Variant:
        """The same words, with media that say that nobody knows what they are."""
        media = tuple(Media(hash=one, content_type=UNKNOWN_TYPE) for one in self.media)
        return Variant(channel_id=self.channel_id, text=self.text, media=media)


def _lifted(variants: tuple[VariantV1, ...]) -> tuple[Variant, ...]:
    return tuple(variant.lifted() for variant in variants)


@fact(Topic.CONTENT, version=1)
class ContentDraftedV1(Fact, frozen=True, kw_only=True):
    """Somebody wants to say something."""

    content_id: str
    kind: ContentKind
    author_id: str
    unit_id: str
    topic_risk: TopicRisk
    conversation_id: str | None
    variants: tuple[VariantV1, ...]
    machine_written: bool = False

    def upcast(self) -> ContentDrafted:
        """With media as version 2 has them."""
        return ContentDrafted(
            content_id=self.content_id,
            kind=self.kind,
            author_id=self.author_id,
            unit_id=self.unit_id,
            topic_risk=self.topic_risk,
            conversation_id=self.conversation_id,
            variants=_lifted(self.variants),
            machine_written=self.machine_written,
        )


@fact(Topic.CONTENT, version=1)
class ContentEditedV1(Fact, frozen=True, kw_only=True):
    """The words changed."""

    content_id: str
    editor_id: str
    variants: tuple[VariantV1, ...]
    previous: ContentState

    def upcast(self) -> ContentEdited:
        """With media as version 2 has them."""
        return ContentEdited(
            content_id=self.content_id,
            editor_id=self.editor_id,
            variants=_lifted(self.variants),
            previous=self.previous,
        )


@fact(Topic.CONTENT, version=1)
class ContentSubmittedV1(Fact, frozen=True, kw_only=True):
    """A version is frozen."""

    content_id: str
    version: int
    version_hash: str
    variants: tuple[VariantV1, ...]
    submitted_by: str

    def upcast(self) -> ContentSubmitted:
        """With media as version 2 has them."""
        return ContentSubmitted(
            content_id=self.content_id,
            version=self.version,
            version_hash=self.version_hash,
            variants=_lifted(self.variants),
            submitted_by=self.submitted_by,
        )
