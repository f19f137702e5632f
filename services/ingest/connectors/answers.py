"""What connectors of HTTP platforms share: JSON in and out, and what a status means."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final, TypeVar

import msgspec

from chassis.outbound import NotSent
from contracts.ingest import Health
from contracts.refusals import Refusal
from contracts.workflow.deliveries import Outcome
from services.ingest.application.connector import Response
from services.ingest.domain.connections.trouble import Trouble
from services.ingest.domain.publishing.post import SendResult

T = TypeVar("T")

USER_AGENT: Final = "Rostrum/0.1"
SHOWN: Final = 300
"""Characters of a platform's own words that are kept in a detail."""


def header(response: Response, name: str) -> str:
    """The value of a header whatever its case, empty if it is not there."""
    wanted = name.lower()
    return next((value for key, value in response.headers.items() if key.lower() == wanted), "")


def said(response: Response) -> str:
    """What the platform says of an error, in its own words, cut."""
    try:
        answer = msgspec.json.decode(response.body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return f"HTTP {response.status}"
    parts = [answer.get(name) for name in ("error", "message")] if isinstance(answer, dict) else []
    words = ": ".join(str(part) for part in parts if part)
    return f"HTTP {response.status} {words}".strip()[:SHOWN]


def decoded(response: Response, kind: type[T]) -> T:
    """The JSON of an answer; Trouble if it is something else."""
    try:
        return msgspec.json.decode(response.body, type=kind)
    except (msgspec.DecodeError, msgspec.ValidationError, UnicodeDecodeError) as wrong:
        sentence = f"The server's answer cannot be read: {str(wrong)[:SHOWN]}"
        raise Trouble(Health.FAILING, sentence) from wrong


def retry_after(response: Response) -> float | None:
    """Seconds until the platform wants to hear from us again.

    Sources: RFC 9110 10.2.3 (seconds or a date); ``x-ratelimit-reset`` of the Mastodon API (RFC
    3339) and ``ratelimit-reset`` of AT Protocol servers (Unix seconds). Dates are compared with the
    answer's own ``date``, so that two clocks that differ do no harm.
    """
    told = header(response, "retry-after")
    if told.isdigit():
        return float(told)
    moment = _moment(told or header(response, "x-ratelimit-reset"))
    moment = moment or _unix(header(response, "ratelimit-reset"))
    now = _moment(header(response, "date"))
    if moment is None or now is None:
        return None
    return max((moment - now).total_seconds(), 1.0)


def _unix(text: str) -> datetime | None:
    return datetime.fromtimestamp(int(text), UTC) if text.isdigit() and len(text) < 12 else None


def _moment(text: str) -> datetime | None:
    """A date of HTTP or of RFC 3339; None if it is neither."""
    for parse in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            found = parse(text)
        except (ValueError, TypeError):
            continue
        return found if found.tzinfo else found.replace(tzinfo=UTC)
    return None


def rate_limited(response: Response) -> Trouble:
    """The state of a connection that was asked to slow down."""
    wait = retry_after(response)
    return Trouble(
        Health.RATE_LIMITED, "The platform asks us to slow down (HTTP 429).", retry_after=wait
    )


def refuse_failure(response: Response, *, revoked: frozenset[int]) -> Response:
    """The response if it is a success; else the Trouble that its status means."""
    status = response.status
    if 200 <= status < 300 or status == 304:
        return response
    if status == 429:
        raise rate_limited(response)
    if status in revoked:
        raise Trouble(Health.REVOKED, f"The platform refuses the credentials: {said(response)}")
    if status >= 500:
        raise Trouble(
            Health.UNREACHABLE,
            f"The platform does not work right now: {said(response)}",
            retry_after=retry_after(response),
        )
    raise Trouble(Health.FAILING, f"The platform refuses to answer: {said(response)}")


def outcome_of_failure(response: Response, *, safe: frozenset[int]) -> SendResult:
    """A write that was not a success: what is proven, and what is not.

    ``safe`` are the 5xx that this platform only gives before it did anything.
    """
    status = response.status
    if status == 429 or status in safe:
        outcome = Outcome.NOT_APPLIED
    elif 400 <= status < 500 and status != 408:
        outcome = Outcome.REFUSED
    else:
        outcome = Outcome.UNKNOWN
    wait = retry_after(response) if outcome is Outcome.NOT_APPLIED else None
    return SendResult(outcome=outcome, http_status=status, detail=said(response), retry_after=wait)


def outcome_of_error(error: Exception) -> SendResult:
    """A write that got no answer: proven not to have left us, or unknown."""
    if isinstance(error, Refusal):
        return SendResult(outcome=Outcome.REFUSED, detail=error.sentence)
    proven = isinstance(error, NotSent)
    outcome = Outcome.NOT_APPLIED if proven else Outcome.UNKNOWN
    return SendResult(outcome=outcome, detail=f"No answer: {error}"[:SHOWN])


def no_look(error: Exception) -> SendResult:
    """A read-back that did not take place: the platform is away, or does not let us in."""
    detail = f"The look-up failed: {error}"[:SHOWN]
    return SendResult(outcome=Outcome.UNKNOWN, detail=detail, could_look=False)


def json_headers(more: Mapping[str, str]) -> dict[str, str]:
    """Headers of a request with a JSON body."""
    return {"accept": "application/json", "content-type": "application/json", **more}


def as_json(value: Any) -> bytes:
    """The JSON bytes of a request."""
    return msgspec.json.encode(value)
