"""Whether this thread is inside a transaction, because the driver does not look.

pymongo 4.20 sends a collection's own write concern with every write of a *bound* session, and
servers refuse that inside transactions. So handles come in pairs: durable outside, silent inside,
where the commit carries the concern.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

from pymongo import WriteConcern

_RUNNING: Final[ContextVar[bool]] = ContextVar("transaction_running", default=False)
SILENT: Final = WriteConcern()


@contextmanager
def transaction_running() -> Iterator[None]:
    """Marks this thread for as long as a transaction is open on it."""
    token = _RUNNING.set(True)
    try:
        yield
    finally:
        _RUNNING.reset(token)


def in_transaction() -> bool:
    """Whether a transaction is open on this thread."""
    return _RUNNING.get()
