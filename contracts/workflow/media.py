"""Attached files: their bytes lie in the blob store, what they are is workflow's."""

from __future__ import annotations

from contracts.commands import Answer, Command, command
from contracts.facts import Fact, fact
from contracts.permissions import Permission
from contracts.topics import Topic

QUOTA_BYTES = 10 * 1024**3
"""Bytes of media that an organization may keep."""
CAPTIONS_TYPE = "text/vtt"
"""Files of this type belong to a video and are never attached by themselves."""


@fact(Topic.CONTENT)
class MediaAdded(Fact, frozen=True, kw_only=True):
    """A file may be attached from now on. Aggregate: the file.

    ``hash``: SHA-256 of its bytes, ``content_type`` what they are, ``size`` in bytes, ``width`` and
    ``height`` in pixels (None for captions).
    """

    media_id: str
    hash: str
    content_type: str
    size: int
    added_by: str
    width: int | None = None
    height: int | None = None


class MediaAnswer(Answer, frozen=True, kw_only=True):
    """The file; ``is_new`` False: the organization has these very bytes already."""

    id: str
    is_new: bool
    kept_bytes: int


@command("workflow", Permission.CONTENT_WRITE, MediaAnswer)
class AddMedia(Command, frozen=True, kw_only=True):
    """Keep a file whose bytes the gateway has judged and stored; QuotaExceeded if there is no room.

    Whoever may write content somewhere in the organization may.
    """

    hash: str
    content_type: str
    size: int
    width: int | None = None
    height: int | None = None
