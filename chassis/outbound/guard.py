"""The guard around an exchange: each hop is read, resolved once, checked, and only then visited."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urljoin

from chassis.errors import Refusal
from chassis.metric_defs import CHASSIS_METRICS, OUTBOUND_SECONDS
from chassis.metrics import Metrics, silent_metrics
from chassis.outbound.answers import MaybeSent, NotSent, OutboundResponse
from chassis.outbound.targets import Resolve, Target, checked, refused, target_of

REDIRECTS: Final = 3
_REDIRECTING: Final = frozenset({301, 302, 303, 307, 308})
_SECRETS: Final = frozenset({"authorization", "cookie", "proxy-authorization"})


@dataclass(frozen=True)
class Request:
    """One request; ``deadline`` is a reading of the monotonic clock, ``max_bytes`` after inflation."""

    method: str
    headers: Mapping[str, str]
    body: bytes | None
    deadline: float
    max_bytes: int


Exchange = Callable[[Target, list[str], Request], OutboundResponse]
"""Asks one of the checked addresses once, without following anything."""


class GuardedClient:
    """Asks the outside by ``exchange``, after the guard agreed; safe to use from several threads."""

    def __init__(
        self,
        exchange: Exchange,
        *,
        resolve: Resolve,
        allow_loopback: frozenset[tuple[str, int]] = frozenset(),
        now: Callable[[], float] = time.monotonic,
        metrics: Metrics | None = None,
    ) -> None:
        self._exchange = exchange
        self._resolve = resolve
        self._allow_loopback = allow_loopback
        self._now = now
        self._metrics = metrics or silent_metrics(CHASSIS_METRICS)

    def request(  # noqa: PLR0913 - a request is these things
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        timeout: float = 10.0,
        max_bytes: int = 5_000_000,
    ) -> OutboundResponse:
        """The answer. ``timeout`` in seconds for everything, redirects of GET and HEAD included.

        Raises Refusal HostRefused, NotSent, MaybeSent. Credentials do not follow to another origin.
        """
        began, outcome = self._now(), "failed"
        asked = Request(method.upper(), _lower(headers), body, began + timeout, max_bytes)
        try:
            answer = self._follow(target_of(url), url, asked)
            outcome = "answered"
        except (Refusal, NotSent, MaybeSent) as error:
            outcome = _outcome(error)
            raise
        finally:
            self._metrics.observe(OUTBOUND_SECONDS, self._now() - began, outcome=outcome)
        return answer

    def _follow(self, target: Target, url: str, asked: Request) -> OutboundResponse:
        for _ in range(REDIRECTS + 1):
            answer = self._exchange(target, self._addresses(target, asked.deadline), asked)
            location = answer.headers.get("location")
            is_followed = asked.method in {"GET", "HEAD"} and answer.status in _REDIRECTING
            if not is_followed or not location:
                return replace(answer, url=url)
            url = urljoin(url, location)
            before, target = target, target_of(url)
            if target.origin != before.origin:
                asked = replace(asked, headers=_without_secrets(asked.headers))
        raise MaybeSent(f"More than {REDIRECTS} redirects.")

    def _addresses(self, target: Target, deadline: float) -> list[str]:
        may_be_loopback = (target.host, target.port) in self._allow_loopback
        if target.address is not None:
            return checked([target.host], may_be_loopback=may_be_loopback)
        found = self._resolved(target, deadline)
        if not found:
            raise NotSent(f"{target.host} has no address.")
        return checked(found, may_be_loopback=may_be_loopback)

    def _resolved(self, target: Target, deadline: float) -> list[str]:
        """Resolvers have time-outs of their own, and long ones; ours is kept by not waiting."""
        found: list[list[str] | OSError | UnicodeError] = []

        def ask() -> None:
            try:
                found.append(self._resolve(target.host, target.port))
            except (OSError, UnicodeError) as wrong:
                found.append(wrong)

        thread = threading.Thread(target=ask, name="resolve", daemon=True)
        thread.start()
        thread.join(max(0.0, deadline - self._now()))
        if not found:
            raise NotSent(f"{target.host} was not resolved in time.")
        if not isinstance(found[0], list):
            raise NotSent(f"{target.host} has no address: {found[0]}")
        return found[0]


def _lower(headers: Mapping[str, str] | None) -> dict[str, str]:
    found = {name.lower(): value for name, value in (headers or {}).items()}
    found.pop("host", None)
    if any(ord(letter) < 32 or ord(letter) > 255 for text in found.values() for letter in text):
        raise refused("A header holds a character that cannot be sent.")
    return found


def _without_secrets(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name not in _SECRETS}


def _outcome(error: Exception) -> str:
    kinds = {Refusal: "refused", NotSent: "not_sent", MaybeSent: "maybe_sent"}
    return next(word for kind, word in kinds.items() if isinstance(error, kind))
