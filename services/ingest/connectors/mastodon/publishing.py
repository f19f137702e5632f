"""Sending with an idempotency key, and looking for what may have been sent without an answer."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

import msgspec

from chassis.errors import Refusal, Unavailable
from contracts.workflow.deliveries import Outcome
from services.ingest.connectors import answers
from services.ingest.connectors.mastodon import shapes
from services.ingest.connectors.mastodon.client import MastodonClient, link
from services.ingest.connectors.mastodon.media import NotUploaded, Pause, upload
from services.ingest.connectors.text import same_words
from services.ingest.domain.connections.trouble import Trouble
from services.ingest.domain.publishing.post import Post, SendResult

SAFE: Final = frozenset({503})
"""Mastodon answers 503 when it is overloaded or in maintenance, before it touches a status."""
CLOCKS_DIFFER: Final = timedelta(minutes=2)
LOOK_BACK_PAGES: Final = 10


class _Source(msgspec.Struct):
    """The words of a status as its author typed them."""

    text: str = ""


def send(client: MastodonClient, post: Post, pause: Pause) -> SendResult:
    """Files, then one POST; its key makes a repeat on a server that honours it the same status."""
    try:
        files = upload(client, post, pause)
        response = client.post("/api/v1/statuses", _body(post, files), key=post.key)
    except NotUploaded as lost:
        return lost.result
    except (Unavailable, Refusal) as error:
        return answers.outcome_of_error(error)
    if response.status not in (200, 201):
        return answers.outcome_of_failure(response, safe=SAFE)
    try:
        return _confirmed(answers.decoded(response, shapes.ApiStatus), response.status)
    except Trouble as unread:
        return SendResult(
            outcome=Outcome.UNKNOWN, http_status=response.status, detail=unread.sentence
        )


def _body(post: Post, files: list[str]) -> dict[str, Any]:
    reply = {"in_reply_to_id": post.in_reply_to} if post.in_reply_to else {}
    return {"status": post.text, **reply, **({"media_ids": files} if files else {})}


def _confirmed(status: shapes.ApiStatus, http_status: int) -> SendResult:
    return SendResult(
        outcome=Outcome.CONFIRMED,
        external_id=status.id,
        url=status.url or status.uri,
        http_status=http_status,
    )


def read_back(client: MastodonClient, account_id: str, post: Post) -> SendResult:
    """Our own statuses since just before the first send: the same words under the same parent."""
    try:
        return _look(client, account_id, post)
    except (Unavailable, Refusal, Trouble) as error:
        return answers.no_look(error)


def _look(client: MastodonClient, account_id: str, post: Post) -> SendResult:
    earliest = (post.first_sent_at or post.frozen_at) - CLOCKS_DIFFER
    query = {"limit": "40"}
    for _ in range(LOOK_BACK_PAGES):
        response = client.get(f"/api/v1/accounts/{account_id}/statuses", query)
        page = answers.decoded(response, list[shapes.ApiStatus])
        recent = [status for status in page if status.created_at >= earliest]
        for status in recent:
            if _is_it(client, status, post):
                return _confirmed(status, response.status)
        following = link(response, "next")
        if len(recent) < len(page) or not following:
            return SendResult(outcome=Outcome.ABSENT, http_status=response.status)
        query = {"limit": "40", "max_id": following.get("max_id", "")}
    return SendResult(outcome=Outcome.UNKNOWN, detail="Too many statuses to look through.")


def _is_it(client: MastodonClient, status: shapes.ApiStatus, post: Post) -> bool:
    if status.reblog is not None or status.in_reply_to_id != post.in_reply_to:
        return False
    if same_words(shapes.text_of(status), post.text):
        return True
    return _might_be(status, post) and same_words(_source(client, status), post.text)


def _might_be(status: shapes.ApiStatus, post: Post) -> bool:
    """Servers shorten mentions and links when they render: then the source decides."""
    return "@" in post.text or "://" in post.text or "<" in status.content


def _source(client: MastodonClient, status: shapes.ApiStatus) -> str:
    response = client.get(f"/api/v1/statuses/{status.id}/source")
    return answers.decoded(response, _Source).text
