"""Edits and deletions of our own statuses. Each says how it shall be, so saying it again is harmless."""

from __future__ import annotations

from urllib.parse import quote

import msgspec

from chassis.errors import Refusal, Unavailable
from contracts.workflow.deliveries import DeliveryAction, Outcome
from services.ingest.connectors import answers
from services.ingest.connectors.mastodon.client import GONE, MastodonClient
from services.ingest.connectors.mastodon.media import NotUploaded, Pause, upload
from services.ingest.connectors.mastodon.publishing import SAFE
from services.ingest.connectors.text import same_words
from services.ingest.domain.connections.trouble import Trouble
from services.ingest.domain.publishing.post import Post, SendResult


class _Source(msgspec.Struct):
    """The words of a status as its author typed them."""

    text: str = ""


def change(client: MastodonClient, post: Post, pause: Pause) -> SendResult:
    """One PUT or DELETE of the status that the post names; a PUT says all that it shall have."""
    path = _path(post)
    try:
        if post.action is DeliveryAction.EDIT:
            files = upload(client, post, pause)
            response = client.put(path, {"status": post.text, **_named(files)})
        else:
            response = client.delete(path)
    except NotUploaded as lost:
        return lost.result
    except (Unavailable, Refusal) as error:
        return answers.outcome_of_error(error)
    is_gone = post.action is DeliveryAction.DELETE and response.status in GONE
    if response.status == 200 or is_gone:
        return _done(response.status)
    return answers.outcome_of_failure(response, safe=SAFE)


def _named(files: list[str]) -> dict[str, list[str]]:
    return {"media_ids": files} if files else {}


def look(client: MastodonClient, post: Post) -> SendResult:
    """Whether the status says the new words, or is gone."""
    try:
        response = client.look(f"{_path(post)}/source")
        if post.action is DeliveryAction.DELETE:
            return _done(404) if response is None else SendResult(outcome=Outcome.ABSENT)
        is_done = response is not None and same_words(
            answers.decoded(response, _Source).text, post.text
        )
    except (Unavailable, Refusal, Trouble) as error:
        return answers.no_look(error)
    return _done(200) if is_done else SendResult(outcome=Outcome.ABSENT)


def _path(post: Post) -> str:
    return f"/api/v1/statuses/{quote(post.target_external_id, safe='')}"


def _done(status: int) -> SendResult:
    return SendResult(outcome=Outcome.CONFIRMED, http_status=status)
