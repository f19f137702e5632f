"""One POST of a JSON object; the answer may say where it went, or nothing."""

from __future__ import annotations

import base64
import hashlib
from typing import Any, Final

import msgspec

from chassis.errors import Refusal, Unavailable
from contracts.envelope import rfc3339
from contracts.ingest import MediaRules
from contracts.workflow.content import Media
from contracts.workflow.deliveries import Outcome
from services.ingest.application.connector import Outbound, Response
from services.ingest.connectors import answers
from services.ingest.domain.connections.access import Access
from services.ingest.domain.publishing.post import Post, SendResult

RULES: Final = MediaRules(
    most=4,
    kinds=("image/jpeg", "image/png", "image/gif", "image/webp", "video/mp4"),
    image_bytes=4 * 1024**2,
    video_bytes=16 * 1024**2,
)
"""Ours, not theirs: files travel inside of the JSON, and many servers cut long bodies."""


class _Receipt(msgspec.Struct):
    """What an answer may say."""

    id: str | int = ""
    url: str = ""


def marker_of(post: Post) -> str:
    """What every try of a delivery carries and a list can show: the same for the same delivery."""
    return hashlib.sha256(post.key.encode()).hexdigest()[:32]


def headers_of(access: Access) -> dict[str, str]:
    """With the value of ``Authorization`` that the other side wants, if it wants one."""
    value = access.credentials.get("authorization", "")
    return {"user-agent": answers.USER_AGENT, **({"authorization": value} if value else {})}


def send(access: Access, post: Post, http: Outbound) -> SendResult:
    """Any 2xx is a yes; only what is proven not to have left us, and 429, is a no."""
    headers = answers.json_headers(headers_of(access))
    try:
        response = http.request(
            "POST", access.base_url, headers=headers, body=answers.as_json(_body(post))
        )
    except (Unavailable, Refusal) as error:
        return answers.outcome_of_error(error)
    if not 200 <= response.status < 300:
        return answers.outcome_of_failure(response, safe=frozenset())
    return _confirmed(response, post)


def _body(post: Post) -> dict[str, Any]:
    return {
        "marker": marker_of(post),
        "text": post.text,
        "created_at": rfc3339(post.frozen_at),
        "in_reply_to": post.in_reply_to,
        "media": [_file(one, post) for one in post.media],
    }


def _file(one: Media, post: Post) -> dict[str, Any]:
    """The file itself, in base64: who takes it needs no address of ours and no second request."""
    captions = post.files[one.captions].decode() if one.captions else None
    return {
        "sha256": one.hash,
        "content_type": one.content_type,
        "alt_text": one.alt_text,
        "is_decorative": one.is_decorative,
        "captions": captions,
        "content": base64.b64encode(post.files[one.hash]).decode(),
    }


def _confirmed(response: Response, post: Post) -> SendResult:
    try:
        receipt = msgspec.json.decode(response.body, type=_Receipt)
    except (msgspec.DecodeError, msgspec.ValidationError, UnicodeDecodeError):
        receipt = _Receipt()
    return SendResult(
        outcome=Outcome.CONFIRMED,
        external_id=str(receipt.id) or marker_of(post),
        url=receipt.url or None,
        http_status=response.status,
    )
