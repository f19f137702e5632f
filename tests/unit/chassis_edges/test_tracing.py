"""Trace context: one trace id all the way, a new span at every stop."""

from __future__ import annotations

import re

import pytest

from chassis import tracing

GIVEN = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
FORM = re.compile(r"^00-[0-9a-f]{32}-[0-9a-f]{16}-01$")


def test_there_is_no_trace_outside_of_a_block() -> None:
    assert tracing.current() is None
    assert tracing.current_trace_id() is None


def test_a_given_trace_is_continued_with_a_new_span() -> None:
    with tracing.within(GIVEN, "handle") as here:
        assert FORM.match(here)
        assert tracing.current() == here
        assert tracing.current_trace_id() == GIVEN.split("-")[1]
        assert here != GIVEN
    assert tracing.current() is None


def test_an_inner_block_stays_in_the_trace() -> None:
    with tracing.within(GIVEN, "outer") as outer, tracing.within(None, "inner") as inner:
        assert inner.split("-")[1] == outer.split("-")[1]
        assert inner != outer


@pytest.mark.parametrize(
    "text",
    [None, "", "nonsense", "00-" + "0" * 32 + "-b7ad6b7169203331-01", GIVEN[:-4], "ff" + GIVEN[2:]],
)
def test_a_malformed_parent_starts_a_new_trace(text: str | None) -> None:
    assert tracing.parsed(text) is None
    with tracing.within(text, "handle") as here:
        assert FORM.match(here)


def test_a_block_that_raises_leaves_its_trace() -> None:
    with pytest.raises(LookupError), tracing.within(GIVEN, "handle"):
        raise LookupError
    assert tracing.current() is None


def test_new_traces_differ() -> None:
    first, second = tracing.new_traceparent(), tracing.new_traceparent()
    assert FORM.match(first)
    assert first.split("-")[1] != second.split("-")[1]
