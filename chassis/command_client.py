"""Sends commands to their owner over HTTP, and never guesses what became of one (rules 3 and 4).

Connections are kept. Every command carries an idempotency key, the caller's or one made here; after
a time-out or a cut connection the same key is sent again, so the owner does it once. When no repeat
is answered either, Unavailable says so: with the same key the caller may ask again later.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import msgspec
import urllib3

from chassis import tracing
from chassis.errors import Refusal, RefusalCode, Unavailable
from chassis.http.tokens import InternalSigner
from chassis.metric_defs import CHASSIS_METRICS, COMMAND_CALL_RETRIES, COMMAND_CALL_SECONDS
from chassis.metrics import Metrics, silent_metrics
from chassis.ports import Actor
from chassis.problems import refusal_of
from contracts.commands import Answer, Command

ATTEMPTS: Final = 3
CONNECT_SECONDS: Final = 2.0
CONNECTIONS: Final = 16
"""Kept open per owner; more threads than that open and close their own."""
FIRST_PAUSE: Final = 0.05
EVERYBODY: Final = "*"
_AGAIN: Final = frozenset(
    {RefusalCode.UNAVAILABLE, RefusalCode.IN_PROGRESS, RefusalCode.TOKEN_EXPIRED}
)
"""Refusals that another try of the same key may turn into the answer."""
_OURS: Final = frozenset(
    {
        RefusalCode.UNAVAILABLE,
        RefusalCode.UNAUTHENTICATED,
        RefusalCode.TOKEN_EXPIRED,
        RefusalCode.INTERNAL,
    }
)
"""Refusals that are about the services among themselves, never about what the person asked."""


@dataclass(frozen=True)
class _Call:
    """One command on its way, the same in every try."""

    command: Command
    actor: Actor
    owner: str
    headers: dict[str, str]

    @property
    def name(self) -> str:
        return type(self.command).__name__


class CommandClient:
    """Sends commands; safe to use from several threads.

    ``urls`` says where each owner takes commands; ``timeout`` is in seconds and for each of up to
    three tries.
    """

    def __init__(
        self,
        urls: Mapping[str, str],
        signer: InternalSigner,
        *,
        timeout: float = 10.0,
        metrics: Metrics | None = None,
    ) -> None:
        self._urls = urls
        self._signer = signer
        self._timeout = urllib3.Timeout(connect=min(CONNECT_SECONDS, timeout), read=timeout)
        self._metrics = metrics or silent_metrics(CHASSIS_METRICS)
        self._pool = urllib3.PoolManager(maxsize=CONNECTIONS, retries=False)

    def send(
        self,
        command: Command,
        actor: Actor,
        *,
        key: str | None = None,
        alias: str = "",
        to: str | None = None,
    ) -> Answer:
        """The owner's answer. Raises its Refusal, or Unavailable if nobody answered.

        Commands that every service understands (OWNER ``*``) need ``to``, the service's name; they
        may be repeated at will and carry no key of their own.
        """
        call = _Call(command, actor, to or type(command).OWNER, _headers(command, key, alias))
        began, outcome = time.perf_counter(), "unavailable"
        try:
            answer = self._send(call)
            outcome = "ok"
        except Refusal as no:
            outcome = no.code.value
            raise
        finally:
            seconds = time.perf_counter() - began
            self._metrics.observe(COMMAND_CALL_SECONDS, seconds, command=call.name, outcome=outcome)
        return answer

    def close(self) -> None:
        """Close every connection."""
        self._pool.clear()

    def _send(self, call: _Call) -> Answer:
        last: Refusal | Unavailable = Unavailable(f"{call.owner} was not asked.")
        for attempt in range(ATTEMPTS):
            if attempt:
                self._metrics.count(COMMAND_CALL_RETRIES, command=call.name)
                time.sleep(FIRST_PAUSE * 2**attempt)
            found = self._ask(call)
            if isinstance(found, Answer):
                return found
            last = found
            if isinstance(found, Refusal) and found.code not in _AGAIN:
                break
        raise _told(last, call.owner)

    def _ask(self, call: _Call) -> Answer | Refusal | Unavailable:
        """One try: the answer, a refusal, or that no answer came."""
        url = f"{self._urls[call.owner]}/commands/{call.name}"
        # Signed for each try: the token of a slow first try may be too old for the next.
        token = self._signer.sign(call.actor, call.owner)
        try:
            response = self._pool.request(
                "POST",
                url,
                body=msgspec.json.encode(call.command),
                headers={**call.headers, "Authorization": f"Bearer {token}"},
                timeout=self._timeout,
                redirect=False,
            )
        except urllib3.exceptions.HTTPError as wrong:
            return Unavailable(f"{url} gave no answer: {type(wrong).__name__}")
        if response.status == 200:
            return msgspec.json.decode(response.data, type=type(call.command).ANSWER)
        refusal = refusal_of(response.data)
        return refusal or Unavailable(f"{url} answered {response.status} and no problem document")


def _headers(command: Command, key: str | None, alias: str) -> dict[str, str]:
    found = {"Content-Type": "application/json", "Rostrum-Alias": alias}
    if type(command).OWNER != EVERYBODY:
        found["Idempotency-Key"] = key or f"own-{uuid.uuid4()}"
    traceparent = tracing.current()
    return {**found, tracing.HEADER: traceparent} if traceparent else found


def _told(last: Refusal | Unavailable, owner: str) -> Refusal | Unavailable:
    """What the caller hears: a refusal of the person's wish as it is, everything else as a wait."""
    if isinstance(last, Unavailable) or last.code not in _OURS:
        return last
    if last.code is RefusalCode.UNAVAILABLE:
        return Unavailable(last.sentence, retry_after=last.data.get("retry_after"))
    if last.code is RefusalCode.INTERNAL:
        return Unavailable(f"{owner} failed: {last.sentence}")
    return Unavailable(
        f"{owner} does not accept our token: is ROSTRUM_TOKEN_KEY the same everywhere?"
    )
