"""Logs: one JSON object a line, with trace, organization, actor and fact; nothing personal, no secret.

Every value passes ``redacted``: secrets and e-mail addresses are replaced by their kind, whatever
key they stand under. JSON escapes every control character, so no value can forge a line (S10).
Records of libraries (``logging``) take the same way.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from typing import Any, Final, TextIO

import structlog

from chassis import tracing

Logger = structlog.stdlib.BoundLogger
_LONGEST: Final = 4000
_OVERLAP: Final = 1000
"""Characters read past the cut, so that no half of a secret is left standing before it."""
_SECRET_NAMES: Final = re.compile(
    r"password|passwd|secret|token|authorization|cookie|api[_-]?key|private|credential|master_key",
    re.IGNORECASE,
)
_PERSONAL_NAMES: Final = frozenset({"email", "e_mail", "handle", "text", "body", "author", "phone"})
_PATTERNS: Final = (
    (re.compile(r"\brst_[a-z]+_[A-Za-z0-9]+_[A-Za-z0-9_-]+"), "[api key]"),
    (re.compile(r"\beyJ[\w-]+\.[\w-]+\.[\w-]*"), "[token]"),
    (re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=-]{8,}"), r"\1 [secret]"),
    (
        re.compile(r"\b([a-z][a-z0-9+.-]{0,20}://)[^\s/@:]{0,256}:[^\s/@]{0,256}@", re.IGNORECASE),
        r"\1[secret]@",
    ),
    (re.compile(r"[\w.+%'-]{1,64}@[\w-]+(?:\.[\w-]+)+"), "[e-mail]"),
)


def redacted(value: Any, name: str = "") -> Any:
    """The value as it may stand in a log under this name: no secret, nothing personal, not endless."""
    if name and _SECRET_NAMES.search(name):
        return "[secret]"
    if name.lower() in _PERSONAL_NAMES:
        return "[personal]"
    if isinstance(value, Mapping):
        return {str(key): redacted(item, str(key)) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [redacted(item) for item in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    return _without_secrets(str(value))


def _without_secrets(text: str) -> str:
    shown = text[: _LONGEST + _OVERLAP]
    for pattern, kind in _PATTERNS:
        shown = pattern.sub(kind, shown)
    return shown if len(text) <= _LONGEST else f"{shown[:_LONGEST]}… ({len(text)} characters)"


def _redact(_: Any, __: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
    return {key: redacted(value, key) for key, value in event.items() if not key.startswith("_")}


def _add_trace(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    trace_id = tracing.current_trace_id()
    if trace_id:
        event.setdefault("trace_id", trace_id)
    return event


def configure(
    service: str, process: str, *, level: str = "info", stream: TextIO | None = None
) -> None:
    """Send the logs of this process, libraries included, to ``stream`` (standard output)."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
        _add_trace,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=Logger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream or sys.stdout)
    handler.setFormatter(_formatter(shared, {"service": service, "process": process}))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    _quieten_libraries()


def _formatter(
    shared: list[structlog.typing.Processor], always: dict[str, str]
) -> logging.Formatter:
    def add_process(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        return {**always, **event}

    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            add_process,
            _redact,
            structlog.processors.JSONRenderer(),
        ],
    )


def _quieten_libraries() -> None:
    """Libraries that narrate every socket speak up only when something is wrong."""
    for name in ("kafka", "pymongo", "urllib3", "werkzeug"):
        logging.getLogger(name).setLevel(logging.WARNING)


def get(name: str) -> Logger:
    """The logger of a module: ``log.info("what happened", key=value)``, the event always the same."""
    logger: Logger = structlog.stdlib.get_logger(name)
    return logger


@contextmanager
def bound(**values: str | int | None) -> Iterator[None]:
    """Put ``org_id``, ``actor_id``, ``fact_id`` and the like on every line of the block."""
    with structlog.contextvars.bound_contextvars(**{k: v for k, v in values.items() if v}):
        yield
