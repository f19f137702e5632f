"""W3C trace context: one trace id from the first request through commands, outbox and consumers.

Source: W3C Trace Context, https://www.w3.org/TR/trace-context/ (``traceparent``, version 00). The
current trace lives in OpenTelemetry's context, so an SDK that an operator installs sees the same
ids; without one the ids are made here and nothing is exported.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from opentelemetry import context, trace
from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

HEADER: Final = "traceparent"
_PROPAGATOR: Final = TraceContextTextMapPropagator()
_TRACER: Final = trace.get_tracer("rostrum")


def parsed(traceparent: str | None) -> SpanContext | None:
    """The place a traceparent names; None if it is missing or not well-formed."""
    if not traceparent:
        return None
    found = trace.get_current_span(
        _PROPAGATOR.extract({HEADER: traceparent}, context=context.Context())
    ).get_span_context()
    return found if found.is_valid else None


def current() -> str | None:
    """The traceparent to hand on from here; None outside of every trace."""
    here = trace.get_current_span().get_span_context()
    return _text(here) if here.is_valid else None


def current_trace_id() -> str | None:
    """The trace id of this moment, 32 hexadecimal digits."""
    here = trace.get_current_span().get_span_context()
    return f"{here.trace_id:032x}" if here.is_valid else None


def new_traceparent() -> str:
    """The root of a new trace."""
    return _text(_child_of(None))


@contextmanager
def within(traceparent: str | None, name: str) -> Iterator[str]:
    """Run the block as a child of ``traceparent`` (of the current trace, or a new one, if None).

    Yields the block's own traceparent.
    """
    parent = parsed(traceparent) or trace.get_current_span().get_span_context()
    parent_context = trace.set_span_in_context(NonRecordingSpan(parent))
    with _TRACER.start_as_current_span(name, context=parent_context) as recorded:
        if recorded.is_recording():
            yield _text(recorded.get_span_context())
            return
        span = NonRecordingSpan(_child_of(parent))
        with trace.use_span(span):
            yield _text(span.get_span_context())


def _child_of(parent: SpanContext | None) -> SpanContext:
    known = parent is not None and parent.is_valid
    return SpanContext(
        trace_id=parent.trace_id if parent is not None and known else random.getrandbits(128) | 1,
        span_id=random.getrandbits(64) | 1,
        is_remote=False,
        trace_flags=TraceFlags(TraceFlags.SAMPLED),
    )


def _text(item: SpanContext) -> str:
    return f"00-{item.trace_id:032x}-{item.span_id:016x}-{item.trace_flags:02x}"
