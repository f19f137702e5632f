"""XRPC over the guarded client, with a session that renews itself.

A session is two tokens in the credentials: ``access_jwt`` (minutes to hours) and ``refresh_jwt``
(weeks). Signing in with the password is rationed by servers, so it is the last resort. What was
renewed is handed back to be stored; an empty token of a server never replaces one that works.
"""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlencode

import msgspec

from contracts.ingest import Health
from services.ingest.application.connector import Outbound, Response
from services.ingest.connectors import answers
from services.ingest.domain.connections.access import Access, merged
from services.ingest.domain.connections.trouble import Trouble

UPLOAD_SECONDS: Final = 25.0
REVOKED: Final = frozenset({401, 403})
_STALE: Final = frozenset({"ExpiredToken", "InvalidToken", "AuthMissing", "AuthenticationRequired"})


class Session(msgspec.Struct, rename="camel"):
    """The answer of createSession and refreshSession."""

    did: str
    handle: str = ""
    access_jwt: str = ""
    refresh_jwt: str = ""


class _Error(msgspec.Struct):
    error: str = ""
    message: str = ""


class XrpcClient:
    """One account on one personal data server."""

    def __init__(self, access: Access, http: Outbound) -> None:
        self._base = access.base_url.rstrip("/")
        self._http = http
        self._given = dict(access.credentials)
        self._now = dict(access.credentials)

    @property
    def renewed(self) -> dict[str, str]:
        """Tokens that differ from those we were given."""
        return {name: v for name, v in self._now.items() if self._given.get(name) != v}

    def sign_in(self) -> Session:
        """A new session by password."""
        body = {name: self._now.get(name, "") for name in ("identifier", "password")}
        response = self._write("com.atproto.server.createSession", body, token="")
        if response.status == 400:
            sentence = f"The platform refuses the credentials: {answers.said(response)}"
            raise Trouble(Health.REVOKED, sentence)
        return self._keep(answers.refuse_failure(response, revoked=REVOKED))

    def query(self, method: str, query: dict[str, str]) -> Response:
        """A read with our session; the caller judges other failures than a stale session."""
        url = f"{self._base}/xrpc/{method}?{urlencode(query)}"
        return self._with_session(
            lambda token: self._http.request("GET", url, headers=_headers(token))
        )

    def procedure(self, method: str, body: dict[str, Any]) -> Response:
        """A write with our session. A stale session is refused before anything is written."""
        return self._with_session(lambda token: self._write(method, body, token=token))

    def upload(self, content: bytes, content_type: str) -> Response:
        """Store a blob; the caller judges the status."""
        url = f"{self._base}/xrpc/com.atproto.repo.uploadBlob"
        return self._with_session(
            lambda token: self._http.request(
                "POST",
                url,
                headers={**_headers(token), "content-type": content_type},
                body=content,
                timeout=UPLOAD_SECONDS,
            )
        )

    def _with_session(self, ask: Any) -> Response:
        if not self._now.get("access_jwt"):
            self.sign_in()
        response: Response = ask(self._now["access_jwt"])
        if not _is_stale(response):
            return response
        self._refresh()
        answer: Response = ask(self._now["access_jwt"])
        return answer

    def _refresh(self) -> None:
        token = self._now.get("refresh_jwt", "")
        if token:
            url = f"{self._base}/xrpc/com.atproto.server.refreshSession"
            response = self._http.request("POST", url, headers=_headers(token))
            if response.status == 200:
                self._keep(response)
                return
            if response.status == 429 or response.status >= 500:
                answers.refuse_failure(response, revoked=REVOKED)
        self.sign_in()

    def _keep(self, response: Response) -> Session:
        session = answers.decoded(response, Session)
        tokens = {"access_jwt": session.access_jwt, "refresh_jwt": session.refresh_jwt}
        self._now = merged(self._now, tokens)
        return session

    def _write(self, method: str, body: dict[str, Any], *, token: str) -> Response:
        headers = answers.json_headers(_headers(token))
        url = f"{self._base}/xrpc/{method}"
        return self._http.request("POST", url, headers=headers, body=answers.as_json(body))


def _headers(token: str) -> dict[str, str]:
    return {"accept": "application/json", **({"authorization": f"Bearer {token}"} if token else {})}


def _is_stale(response: Response) -> bool:
    return response.status in {400, 401} and error_of(response) in _STALE


def error_of(response: Response) -> str:
    """The error name of XRPC, empty if there is none."""
    return _error(response).error


def message_of(response: Response) -> str:
    """The sentence beside the error name."""
    return _error(response).message


def _error(response: Response) -> _Error:
    try:
        return msgspec.json.decode(response.body, type=_Error)
    except (msgspec.DecodeError, msgspec.ValidationError, UnicodeDecodeError):
        return _Error()
