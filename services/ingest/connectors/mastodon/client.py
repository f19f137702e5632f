"""The few calls of the Mastodon API that we make, with their paging and their refusals."""

from __future__ import annotations

import re
from typing import Any, Final, TypeVar
from urllib.parse import parse_qs, urlencode, urlsplit

import msgspec

from services.ingest.application.connector import Outbound, Response
from services.ingest.connectors import answers
from services.ingest.connectors.forms import multipart
from services.ingest.domain.connections.access import Access
from services.ingest.domain.listening.message import Unread

T = TypeVar("T")

REVOKED: Final = frozenset({400, 401, 403})
"""A bad token is 401 on one server and 400 on another; these calls have nothing else to refuse."""
UPLOAD_SECONDS: Final = 25.0
GONE: Final = frozenset({404, 410})
_LINK: Final = re.compile(r'<([^>]*)>\s*;\s*rel="(\w+)"')


class MastodonClient:
    """One account on one server."""

    def __init__(self, access: Access, http: Outbound) -> None:
        self._base = access.base_url.rstrip("/")
        self._token = access.credentials.get("access_token", "")
        self._http = http

    def get(self, path: str, query: dict[str, str] | None = None) -> Response:
        """A read; raises Trouble for every answer that is not a success."""
        asked = f"?{urlencode(query)}" if query else ""
        response = self._http.request(
            "GET", f"{self._base}{path}{asked}", headers=self._headers({})
        )
        return answers.refuse_failure(response, revoked=REVOKED)

    def post(self, path: str, value: dict[str, Any], *, key: str) -> Response:
        """A write with an idempotency key; the caller judges the status."""
        headers = self._headers({"idempotency-key": key, "content-type": "application/json"})
        url = f"{self._base}{path}"
        return self._http.request("POST", url, headers=headers, body=answers.as_json(value))

    def upload(
        self, path: str, fields: dict[str, str], *, content: bytes, content_type: str
    ) -> Response:
        """One file with its fields; the caller judges the status."""
        name = f"file.{content_type.rpartition('/')[2]}"
        form, body = multipart(fields, name=name, content=content, content_type=content_type)
        return self._http.request(
            "POST",
            f"{self._base}{path}",
            headers=self._headers({"content-type": form}),
            body=body,
            timeout=UPLOAD_SECONDS,
        )

    def ask(self, path: str) -> Response:
        """A read whose status the caller judges."""
        return self._http.request("GET", f"{self._base}{path}", headers=self._headers({}))

    def put(self, path: str, value: dict[str, Any]) -> Response:
        """A change of what is there; the caller judges the status."""
        headers = self._headers({"content-type": "application/json"})
        url = f"{self._base}{path}"
        return self._http.request("PUT", url, headers=headers, body=answers.as_json(value))

    def patch(self, path: str, kind: str, body: bytes) -> Response:
        """A form with files that says how something shall be; the caller judges the status."""
        headers = self._headers({"content-type": kind})
        url = f"{self._base}{path}"
        return self._http.request("PATCH", url, headers=headers, body=body, timeout=UPLOAD_SECONDS)

    def delete(self, path: str) -> Response:
        """Take something away; the caller judges the status."""
        return self._http.request("DELETE", f"{self._base}{path}", headers=self._headers({}))

    def look(self, path: str) -> Response | None:
        """A read of something that may be gone (None); raises Trouble like ``get``."""
        response = self._http.request("GET", f"{self._base}{path}", headers=self._headers({}))
        if response.status in GONE:
            return None
        return answers.refuse_failure(response, revoked=REVOKED)

    def _headers(self, more: dict[str, str]) -> dict[str, str]:
        return {"accept": "application/json", "authorization": f"Bearer {self._token}", **more}


def link(response: Response, relation: str) -> dict[str, str]:
    """The query of a ``Link`` header's relation, empty if there is none.

    Only the query is used, so that a server cannot send us (and the token) to another host.
    """
    for target, found in _LINK.findall(answers.header(response, "link")):
        if found == relation:
            return {name: values[0] for name, values in parse_qs(urlsplit(target).query).items()}
    return {}


def items(response: Response, kind: type[T], position: str) -> tuple[list[T], list[Unread]]:
    """The readable items of a list, newest first as the API gives them, and the others as bytes."""
    good: list[T] = []
    bad: list[Unread] = []
    for number, raw in enumerate(answers.decoded(response, list[msgspec.Raw])):
        try:
            good.append(msgspec.json.decode(raw, type=kind))
        except msgspec.ValidationError as wrong:
            place = f"{position}[{number}]"
            bad.append(Unread(position=place, reason=str(wrong), content=bytes(raw)))
    return good, bad
