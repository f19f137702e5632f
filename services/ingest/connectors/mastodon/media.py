"""Files on their way into a status: uploaded first, waited for, then named by the status.

An upload that no status names shows nowhere and is dropped by the server after a day, so whatever
goes wrong here is proven not applied, and uploading again doubles nothing: the status has the key.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from urllib.parse import quote

import msgspec

from chassis.errors import Refusal, Unavailable
from contracts.ingest import MediaRules
from contracts.workflow.content import Media
from contracts.workflow.deliveries import Outcome
from services.ingest.application.connector import Response
from services.ingest.connectors import answers
from services.ingest.connectors.mastodon.client import MastodonClient
from services.ingest.domain.connections.trouble import Trouble
from services.ingest.domain.publishing.post import Post, SendResult

RULES: Final = MediaRules(
    most=4,
    kinds=("image/jpeg", "image/png", "image/gif", "image/webp", "video/mp4"),
    image_bytes=16 * 1024**2,
    video_bytes=99 * 1024**2,
)
"""What a server takes that says nothing else. Source: Mastodon, MediaAttachment::IMAGE_LIMIT."""
WAITS: Final = (0.5, 1.0, 1.0, 2.0, 2.0, 2.0)
"""Seconds between two looks at a file that the server still works on."""
_PROCESSING: Final = frozenset({202, 206})

Pause = Callable[[float], None]


class _Uploaded(msgspec.Struct):
    id: str


class NotUploaded(Exception):  # noqa: N818 - how a try ends, not a fault
    """A file did not get there; ``result`` is how the try ends."""

    def __init__(self, result: SendResult) -> None:
        super().__init__(result.detail)
        self.result = result


def upload(client: MastodonClient, post: Post, pause: Pause) -> list[str]:
    """The server's ids of the files, in order. Raises NotUploaded."""
    try:
        return [_one(client, one, post.files[one.hash], pause=pause) for one in post.media]
    except Refusal as no:
        result = SendResult(outcome=Outcome.REFUSED, detail=no.sentence)
    except (Unavailable, Trouble) as away:
        detail = f"A file did not get there: {away}"[: answers.SHOWN]
        wait = getattr(away, "retry_after", None)
        result = SendResult(outcome=Outcome.NOT_APPLIED, detail=detail, retry_after=wait)
    raise NotUploaded(result)


def _one(client: MastodonClient, media: Media, content: bytes, *, pause: Pause) -> str:
    response = client.upload(
        "/api/v2/media",
        {"description": media.alt_text} if media.alt_text else {},
        content=content,
        content_type=media.content_type,
    )
    _check(response)
    ident = answers.decoded(response, _Uploaded).id
    waits = iter(WAITS)
    while response.status in _PROCESSING:
        wait = next(waits, None)
        if wait is None:
            raise Unavailable("the server still works on it", retry_after=30)
        pause(wait)
        response = client.ask(f"/api/v1/media/{quote(ident, safe='')}")
        _check(response)
    return ident


def _check(response: Response) -> None:
    """Raises NotUploaded for every answer that is not a success: no status was posted yet."""
    if 200 <= response.status < 300:
        return
    result = answers.outcome_of_failure(response, safe=frozenset(range(500, 600)))
    if result.outcome is Outcome.UNKNOWN:
        result = msgspec.structs.replace(result, outcome=Outcome.NOT_APPLIED)
    raise NotUploaded(result)
