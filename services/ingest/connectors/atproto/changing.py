"""Edits and deletions of our own records. An edit names the version it saw, so that it never

overwrites a newer one; a deletion says how it shall be, so saying it again is harmless.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import msgspec

from chassis.errors import Refusal, Unavailable
from contracts.workflow.deliveries import DeliveryAction, Outcome
from services.ingest.application.connector import Response
from services.ingest.connectors import answers
from services.ingest.connectors.atproto.client import error_of
from services.ingest.connectors.atproto.facets import graphemes
from services.ingest.connectors.atproto.media import shows
from services.ingest.connectors.atproto.publishing import LIMIT, Repository, SeenRecord
from services.ingest.connectors.text import same_words
from services.ingest.domain.connections.trouble import Trouble
from services.ingest.domain.publishing.post import Post, SendResult

_SAFE: Final[frozenset[int]] = frozenset()
_CHANGED: Final = "Somebody else changed the post in this moment."


def change(repository: Repository, post: Post) -> SendResult:
    """One edit or one deletion of the record that the post names."""
    if graphemes(post.text) > LIMIT:
        return SendResult(outcome=Outcome.REFUSED, detail="Longer than 300 characters.")
    done = _edit if post.action is DeliveryAction.EDIT else _delete
    return msgspec.structs.replace(done(repository, post), renewed=repository.renewed)


def _edit(repository: Repository, post: Post) -> SendResult:
    try:
        seen = repository.seen(post.target_external_id)
        if seen is None:
            return SendResult(outcome=Outcome.REFUSED, detail="The post is not there any more.")
        if _says(seen, post):
            return SendResult(outcome=Outcome.CONFIRMED, http_status=200)
        record = repository.edited(seen, post)
    except (Unavailable, Trouble, Refusal) as error:
        return _not_begun(error)
    return _judged(lambda: repository.put(seen, record))


def _delete(repository: Repository, post: Post) -> SendResult:
    return _judged(lambda: repository.delete(post.target_external_id))


def _judged(ask: Callable[[], Response]) -> SendResult:
    try:
        response = ask()
    except (Unavailable, Refusal) as error:
        return answers.outcome_of_error(error)
    except Trouble as trouble:
        return _not_begun(trouble)
    if response.status == 200:
        return SendResult(outcome=Outcome.CONFIRMED, http_status=200)
    if error_of(response) == "InvalidSwap":
        return SendResult(outcome=Outcome.NOT_APPLIED, http_status=400, detail=_CHANGED)
    return answers.outcome_of_failure(response, safe=_SAFE)


def look(repository: Repository, post: Post) -> SendResult:
    """Whether the record says the new words, or is gone."""
    try:
        seen = repository.seen(post.target_external_id)
    except (Unavailable, Refusal, Trouble) as error:
        return answers.no_look(error)
    is_edit = post.action is DeliveryAction.EDIT
    is_done = seen is not None and _says(seen, post) if is_edit else seen is None
    outcome = Outcome.CONFIRMED if is_done else Outcome.ABSENT
    return SendResult(outcome=outcome, http_status=200, renewed=repository.renewed)


def _says(seen: SeenRecord, post: Post) -> bool:
    return same_words(str(seen.value.get("text", "")), post.text) and shows(seen.value, post)


def _not_begun(error: Exception) -> SendResult:
    """Only reads were made so far: nothing can have been applied."""
    outcome = Outcome.REFUSED if isinstance(error, Refusal) else Outcome.NOT_APPLIED
    wait = getattr(error, "retry_after", None)
    return SendResult(outcome=outcome, detail=str(error), retry_after=wait)
