"""The second address: a JSON list of what arrived, searched by marker, else by text and time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec

from chassis.errors import Refusal, Unavailable
from contracts.ingest import Health
from contracts.workflow.deliveries import Outcome
from services.ingest.application.connector import Outbound
from services.ingest.connectors import answers
from services.ingest.connectors.text import same_words
from services.ingest.connectors.webhook_out.sending import headers_of, marker_of
from services.ingest.domain.connections.access import Access
from services.ingest.domain.connections.trouble import Trouble
from services.ingest.domain.publishing.post import Post, SendResult

CLOCKS_DIFFER: Final = timedelta(minutes=2)
_REVOKED: Final = frozenset({401, 403, 407})
_NOWHERE: Final = "This channel names no address where it could be looked for."


class Listed(msgspec.Struct):
    """One entry of the list; every field may be missing."""

    marker: str = ""
    text: str = ""
    created_at: str = ""
    id: str | int = ""
    url: str = ""


class _Wrapped(msgspec.Struct):
    items: list[Listed]


def listed(access: Access, http: Outbound) -> list[Listed]:
    """The entries, given as a list or under ``items``; Trouble if it is something else."""
    url = access.credentials.get("read_back_url", "")
    headers = {**headers_of(access), "accept": "application/json"}
    try:
        response = http.request("GET", url, headers=headers)
    except Unavailable as away:
        raise Trouble(Health.UNREACHABLE, f"The read-back address is away: {away}") from away
    answers.refuse_failure(response, revoked=_REVOKED)
    if response.body.lstrip().startswith(b"["):
        return answers.decoded(response, list[Listed])
    return answers.decoded(response, _Wrapped).items


def read_back(access: Access, post: Post, http: Outbound) -> SendResult:
    """Is it in the list?"""
    if not access.credentials.get("read_back_url"):
        return SendResult(outcome=Outcome.UNKNOWN, detail=_NOWHERE)
    try:
        entries = listed(access, http)
    except (Refusal, Trouble) as error:
        return answers.no_look(error)
    found = next((entry for entry in entries if _is_it(entry, post)), None)
    if found is None:
        return SendResult(outcome=Outcome.ABSENT, http_status=200)
    return SendResult(
        outcome=Outcome.CONFIRMED,
        external_id=str(found.id) or marker_of(post),
        url=found.url or None,
        http_status=200,
    )


def _is_it(entry: Listed, post: Post) -> bool:
    """The marker decides where there is one; without it the same words since the first send."""
    if entry.marker:
        return entry.marker == marker_of(post)
    return same_words(entry.text, post.text) and _is_since(entry, post)


def _is_since(entry: Listed, post: Post) -> bool:
    try:
        at = datetime.fromisoformat(entry.created_at)
    except ValueError:
        return False
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return at >= (post.first_sent_at or post.frozen_at) - CLOCKS_DIFFER
