"""One transaction, repeated until it stood alone.

Our own loop, because mongoengine wraps the driver's errors and hides their retry labels (measured);
so the labels are looked for along ``__cause__`` and ``__context__``.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from typing import Any, Final, TypeVar

from pymongo import MongoClient, WriteConcern
from pymongo.client_session import ClientSession
from pymongo.errors import ConnectionFailure, PyMongoError
from pymongo.read_concern import ReadConcern

from chassis.errors import Conflict, Refusal, Unavailable
from chassis.mongo.concern import transaction_running

T = TypeVar("T")

ATTEMPTS: Final = 20
PATIENCE_S: Final = 10.0
"""No new attempt after that; a restart of the database takes about one second."""

_FIRST_PAUSE_S: Final = 0.004
_LONGEST_PAUSE_S: Final = 0.25
_COMMIT_MS: Final = 10_000
_TRANSIENT: Final = "TransientTransactionError"
_UNKNOWN_COMMIT: Final = "UnknownTransactionCommitResult"


def run_in_transaction(
    client: MongoClient[dict[str, Any]],
    fn: Callable[[ClientSession], T],
    *,
    attempts: int = ATTEMPTS,
) -> T:
    """The answer of ``fn``, whose writes are committed with majority and journal.

    ``fn`` may run many times: it must start from its reads. Every call of pymongo and mongoengine
    on this thread joins. Raises what ``fn`` raised, Conflict if others were faster every time, and
    Unavailable if the database was; after Unavailable the outcome of a commit may be unknown.
    """
    deadline = time.monotonic() + PATIENCE_S
    for attempt in range(1, attempts + 1):
        try:
            return _once(client, fn)
        except Exception as error:
            if not _may_repeat(error):
                raise
            if attempt == attempts or time.monotonic() > deadline:
                raise _exhausted(error) from error
        _pause(attempt)
    raise ValueError("a transaction needs at least one attempt")


def _once(client: MongoClient[dict[str, Any]], fn: Callable[[ClientSession], T]) -> T:
    with client.start_session() as session, session.bind(end_session=False), transaction_running():
        session.start_transaction(
            read_concern=ReadConcern("snapshot"),
            write_concern=WriteConcern("majority", j=True),
            max_commit_time_ms=_COMMIT_MS,
        )
        try:
            answer = fn(session)
        except BaseException:
            if session.in_transaction:
                session.abort_transaction()
            raise
        _commit(session)
        return answer


def _commit(session: ClientSession) -> None:
    """Commit again while nobody knows whether it happened: the server remembers."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            session.commit_transaction()
        except PyMongoError as error:
            if not error.has_error_label(_UNKNOWN_COMMIT):
                raise
            if attempt == ATTEMPTS:
                raise Unavailable("the outcome of a commit is not known") from error
            _pause(attempt)
        else:
            return


def _may_repeat(error: Exception) -> bool:
    if isinstance(error, Refusal | Unavailable):
        return False
    return any(
        isinstance(one, Conflict | ConnectionFailure) or _has_label(one, _TRANSIENT)
        for one in _along(error)
    )


def _has_label(error: BaseException, label: str) -> bool:
    return isinstance(error, PyMongoError) and error.has_error_label(label)


def _along(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def _exhausted(error: Exception) -> Exception:
    if any(isinstance(one, ConnectionFailure) for one in _along(error)):
        return Unavailable("the database is out of reach", retry_after=1.0)
    known = [one for one in _along(error) if isinstance(one, Conflict)]
    return type(known[0])(*known[0].args) if known else Conflict("others were faster every time")


def _pause(attempt: int) -> None:
    longest = min(_LONGEST_PAUSE_S, _FIRST_PAUSE_S * 2.0**attempt)
    time.sleep(random.uniform(longest / 4, longest))
