"""Logs: one JSON object a line, nothing forged, nothing personal, no secret (S10)."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chassis import logs, tracing

CANARIES = (
    "frida.çelik@example.org",
    "rst_live_0123abcd_S3cr3t-part",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl",
    "mongodb://ingest:hunter2@127.0.0.1:27017/rostrum",
    "Authorization: Bearer abcdef0123456789",
)
HIDDEN = ("frida", "S3cr3t", "c2lnbmF0dXJl", "hunter2", "abcdef0123456789")


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    """Where the logs go; the way they went before is put back."""
    root = logging.getLogger()
    before = root.handlers[:], root.level
    found = io.StringIO()
    logs.configure("workflow", "web", level="debug", stream=found)
    yield found
    root.handlers[:], root.level = before
    structlog.reset_defaults()


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_says_who_where_when_and_in_which_trace(stream: io.StringIO) -> None:
    with tracing.within(None, "test"), logs.bound(org_id="o1", actor_id="p1", fact_id="f1"):
        logs.get("bakery").info("loaf baked", kind="rye", seconds=3)
    (line,) = lines(stream)
    assert line["event"] == "loaf baked"
    assert (line["service"], line["process"], line["level"]) == ("workflow", "web", "info")
    assert (line["org_id"], line["actor_id"], line["fact_id"]) == ("o1", "p1", "f1")
    assert (line["kind"], line["seconds"], line["logger"]) == ("rye", 3, "bakery")
    assert len(line["trace_id"]) == 32
    assert line["time"].endswith("Z")


def test_what_was_bound_ends_with_the_block(stream: io.StringIO) -> None:
    with logs.bound(org_id="o1"):
        pass
    logs.get("bakery").info("closed")
    assert "org_id" not in lines(stream)[0]


@pytest.mark.parametrize(("canary", "hidden"), list(zip(CANARIES, HIDDEN, strict=True)))
def test_secrets_and_addresses_are_hidden_wherever_they_stand(
    stream: io.StringIO, canary: str, hidden: str
) -> None:
    log = logs.get("bakery")
    log.info(canary, value=canary, nested={"list": [canary], "x": (canary,)})
    logging.getLogger("library").warning("formatted: %s", canary)
    log.error("in a trace of calls", exc_info=RuntimeError(canary))
    assert hidden not in stream.getvalue()
    assert len(lines(stream)) == 3


def test_named_secrets_and_personal_values_are_hidden(stream: io.StringIO) -> None:
    logs.get("bakery").info(
        "x", password="p1", api_key="k1", access_token="t1", nested={"cookie": "c1"}, text="hello"
    )
    line = lines(stream)[0]
    assert line["password"] == line["api_key"] == line["access_token"] == "[secret]"
    assert line["nested"] == {"cookie": "[secret]"}
    assert line["text"] == "[personal]"


def test_an_endless_value_is_cut(stream: io.StringIO) -> None:
    logs.get("bakery").info("x", value="a" * 1_000_000)
    assert len(stream.getvalue()) < 10_000


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
@given(st.text())
def test_no_text_can_forge_a_line(stream: io.StringIO, text: str) -> None:
    stream.seek(0)
    stream.truncate()
    logs.get("bakery").info(text, value=text, nested={"list": [text]})
    written = stream.getvalue()
    assert written.endswith("\n")
    assert len(written.splitlines()) == 1
    assert written[:-1].isprintable()
    assert json.loads(written)["level"] == "info"
