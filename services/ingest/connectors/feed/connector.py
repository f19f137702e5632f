"""The connector for feeds: a conditional GET, and nothing is ever sent."""

from __future__ import annotations

import hashlib
from typing import Final

from contracts.ingest import Health
from contracts.workflow.channels import Platform
from contracts.workflow.deliveries import IdempotencyClass, Outcome
from services.ingest.application.connector import Capability, Declaration, Outbound, Response
from services.ingest.connectors import answers
from services.ingest.connectors.feed.parsing import parse
from services.ingest.domain.connections.access import Access, Account
from services.ingest.domain.connections.trouble import Trouble
from services.ingest.domain.listening.message import Cursor, Page
from services.ingest.domain.publishing.post import Post, SendResult

MAX_BYTES: Final = 2_000_000
_GONE: Final = frozenset({401, 403, 407})
_NOTHING_TO_SEND: Final = SendResult(
    outcome=Outcome.REFUSED, detail="A feed is for listening only: nothing can be sent to it."
)
_ACCEPT: Final = "application/atom+xml, application/rss+xml, application/xml;q=0.9, */*;q=0.1"


class FeedConnector:
    """Reads what a feed has; entries that change become revisions by their content."""

    @property
    def declares(self) -> Declaration:
        """Listening only, so the idempotency class never matters."""
        return Declaration(
            platform=Platform.FEED,
            idempotency_class=IdempotencyClass.C,
            key_life_seconds=0,
            capabilities=frozenset({Capability.LISTEN}),
            text_limit=None,
        )

    def check(self, access: Access, http: Outbound) -> Account:
        """The address has to be a feed right now."""
        response = _fetch(access, {}, http)
        parse(response.body, answers.header(response, "content-type"))
        return Account(external_id=access.base_url, handle=access.base_url, can_publish=False)

    def poll(self, access: Access, cursor: Cursor, http: Outbound) -> Page:
        """Every entry of a feed that changed; known ones are dropped by their key."""
        response = _fetch(access, cursor, http)
        if response.status == 304:
            return Page(cursor=cursor)
        mark = hashlib.sha256(response.body).hexdigest()
        after = {
            "etag": answers.header(response, "etag"),
            "modified": answers.header(response, "last-modified"),
            "mark": mark,
        }
        if mark == cursor.get("mark"):
            return Page(cursor=after)
        messages, unread = parse(response.body, answers.header(response, "content-type"))
        return Page(arrivals=tuple(messages), unreadable=tuple(unread), cursor=after)

    def send(self, access: Access, post: Post, http: Outbound) -> SendResult:  # noqa: ARG002
        """Refused."""
        return _NOTHING_TO_SEND

    def read_back(self, access: Access, post: Post, http: Outbound) -> SendResult:  # noqa: ARG002
        """Refused."""
        return _NOTHING_TO_SEND


def _fetch(access: Access, cursor: Cursor, http: Outbound) -> Response:
    headers = {"accept": _ACCEPT}
    if cursor.get("etag"):
        headers["if-none-match"] = str(cursor["etag"])
    if cursor.get("modified"):
        headers["if-modified-since"] = str(cursor["modified"])
    response = http.request(
        "GET", access.base_url, headers=headers, timeout=15.0, max_bytes=MAX_BYTES
    )
    if response.status in {404, 410}:
        raise Trouble(Health.NOT_A_FEED, f"There is no feed here (HTTP {response.status}).")
    return answers.refuse_failure(response, revoked=_GONE)
