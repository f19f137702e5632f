"""Sample cases of connectors: what the platform answers, and what has to come of it.

A case is ``samples/<name>.case.json``: ``does`` (check, poll, send, read_back, capture, read), what goes in
(``access``, ``cursor``, ``post``), the ``exchanges`` in their order, and ``gives``. An exchange
states the request (``method``, ``url`` without the base, ``sends``: a part of the JSON body,
``headers``: a part of them) and the answer (``status``, ``answers``: JSON, text, or ``file``,
``with``: headers), or ``fails`` (``not_sent``, ``maybe_sent``). ``gives`` names only what matters.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from chassis.outbound import MaybeSent, NotSent
from services.ingest import connectors
from services.ingest.application.connector import ArchiveReader, Connector, ProfileConnector
from services.ingest.domain.connections.access import Access
from services.ingest.domain.connections.trouble import Trouble
from services.ingest.domain.publishing.post import Post

SHELF = Path(connectors.__file__).parent
_FAILURES = {"not_sent": NotSent, "maybe_sent": MaybeSent}


@dataclass(frozen=True)
class Answer:
    """What the other side says."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Script:
    """An outbound client that expects these requests in this order and nothing else."""

    folder: Path
    base_url: str
    exchanges: list[dict[str, Any]]
    asked: list[str] = field(default_factory=list)

    def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        timeout: float = 10.0,
        max_bytes: int = 5_000_000,
    ) -> Answer:
        """The next answer of the script, if this is the next request of the script."""
        self.asked.append(f"{method} {url}")
        assert self.exchanges, f"nobody expects {method} {url}"
        expected = self.exchanges.pop(0)
        wanted = f"{expected.get('method', 'GET')} {self.base_url}{expected['url']}"
        assert f"{method} {url}" == wanted
        assert part_of(expected.get("headers", {}), dict(headers or {}))
        if "sends" in expected:
            assert part_of(expected["sends"], json.loads(body or b"null"))
        if reason := expected.get("fails"):
            raise _FAILURES[reason](f"the script says {reason}")
        return Answer(expected.get("status", 200), expected.get("with", {}), self._body(expected))

    def _body(self, expected: dict[str, Any]) -> bytes:
        if name := expected.get("file"):
            return (self.folder / str(name)).read_bytes()
        answer = expected.get("answers", "")
        return answer.encode() if isinstance(answer, str) else json.dumps(answer).encode()


@dataclass(frozen=True)
class Case:
    """One sample case."""

    path: Path

    @property
    def name(self) -> str:
        """Shown by pytest."""
        return f"{self.path.parent.parent.name}/{self.path.name.removesuffix('.case.json')}"

    def load(self) -> dict[str, Any]:
        """The case as it was written."""
        loaded: dict[str, Any] = json.loads(self.path.read_text())
        return loaded


def cases_of(folder: str) -> list[Case]:
    """The cases of one connector."""
    return [Case(path) for path in sorted((SHELF / folder / "samples").glob("*.case.json"))]


def outcome_of(case: Case, connector: Connector, readers: Mapping[str, ArchiveReader]) -> Any:
    """What the connector makes of the case, as plain values; Trouble is a value here."""
    told = case.load()
    if told["does"] == "read":
        with (case.path.parent / told["file"]).open("rb") as stream:
            return plain(list(readers[told["format"]].read(stream, 0, 0)))
    access = Access(**{"base_url": "https://platform.example", "credentials": {}} | told["access"])
    script = Script(case.path.parent, access.base_url, list(told.get("exchanges", ())))
    try:
        result = _act(told, connector, access, script=script)
    except Trouble as trouble:
        result = {
            "trouble": trouble.health.value,
            "sentence": trouble.sentence,
            "retry_after": trouble.retry_after,
        }
    assert not script.exchanges, f"never asked for {script.exchanges[0]['url']}"
    return plain(result)


def _act(told: dict[str, Any], connector: Connector, access: Access, *, script: Script) -> Any:
    match told["does"]:
        case "check":
            return connector.check(access, script)
        case "poll":
            return connector.poll(access, told.get("cursor", {}), script)
        case "send":
            return connector.send(access, msgspec.convert(told["post"], Post), script)
        case "read_back":
            return connector.read_back(access, msgspec.convert(told["post"], Post), script)
        case "capture" if isinstance(connector, ProfileConnector):
            return connector.capture(access, msgspec.convert(told["post"], Post), script)
    raise AssertionError(f"no such act: {told['does']}")


def plain(value: Any) -> Any:
    """JSON values; bytes as text."""
    built = msgspec.to_builtins(value, builtin_types=(bytes,), enc_hook=str)
    return json.loads(json.dumps(built, default=lambda raw: bytes(raw).decode("utf-8", "replace")))


def part_of(expected: Any, actual: Any) -> bool:
    """Every expected name has its value; lists are equal in length and order."""
    if isinstance(expected, dict):
        return isinstance(actual, dict) and all(
            name in actual and part_of(value, actual[name]) for name, value in expected.items()
        )
    if isinstance(expected, list):
        return (
            isinstance(actual, list)
            and len(expected) == len(actual)
            and all(part_of(one, other) for one, other in zip(expected, actual, strict=True))
        )
    return bool(expected == actual)
