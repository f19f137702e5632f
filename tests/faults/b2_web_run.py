"""B2 for web processes: two gateways are ended in turn by SIGTERM under load, and no request fails.

The caller does what a load balancer does: it asks /readyz, sends requests to a gateway that is
ready, each on a connection of its own, and takes the other gateway when a connection is refused,
which proves that no byte was handed over. Nothing else is tried again: a connection that breaks
after it was made, and an answer that is not 200, are failures.
"""

from __future__ import annotations

import json
import random
import signal
import threading
from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from http.client import HTTPConnection, HTTPException
from time import monotonic
from typing import Any

from stack.platform import Platform, is_ready
from tests.faults.gateways import Callers, Gateway
from tests.support.programs import Tenant
from tests.support.waiting import eventually

CALLERS = 6
READ = "{ units(first: 5) { nodes { id name parent { name } } } }"
WRITE = """mutation($unit: ID!, $name: String!) { unitChange(input: {unitId: $unit, name: $name}) {
    unit { name } userErrors { code } } }"""
LOOK_S = 0.05


@dataclass
class Outcome:
    """What became of the requests."""

    answered: Counter[str] = field(default_factory=Counter)
    turned_away: int = 0
    failed: list[str] = field(default_factory=list)
    codes: list[int] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def is_clean(self) -> bool:
        """Every request was answered, and every process ended in peace."""
        return not self.failed and set(self.codes) == {0} and len(self.answered) == 2

    def told(self) -> str:
        """One line."""
        total = self.answered.total()
        return (
            f"{total} requests answered, {len(self.failed)} failed, {self.turned_away} refused"
            f" before a byte left, exits {sorted(set(self.codes))}"
        )


@dataclass
class Balancer:
    """Knows who is ready, and sends."""

    gateways: tuple[Gateway, ...]
    token: str
    outcome: Outcome
    ready: dict[str, bool] = field(default_factory=dict)

    def look(self) -> None:
        """Ask everybody for /readyz."""
        for gateway in self.gateways:
            self.ready[gateway.name] = is_ready(gateway.port)

    def send(self, body: bytes, dice: random.Random) -> None:
        """One request, to the end."""
        order = sorted(self.gateways, key=lambda one: (not self.ready.get(one.name), dice.random()))
        for gateway in order:
            try:
                connection = self._connected(gateway)
            except ConnectionRefusedError:
                with self.outcome.lock:
                    self.outcome.turned_away += 1
                continue
            self._ask(connection, gateway, body)
            return
        self._fail("nobody is there")

    def _connected(self, gateway: Gateway) -> HTTPConnection:
        connection = HTTPConnection("127.0.0.1", gateway.port, timeout=30)
        connection.connect()
        return connection

    def _ask(self, connection: HTTPConnection, gateway: Gateway, body: bytes) -> None:
        headers = {
            "Authorization": f"Bearer {self.token}",
            "Content-Type": "application/json",
            "Connection": "close",
        }
        try:
            connection.request("POST", "/graphql", body, headers)
            answer = connection.getresponse()
            found = answer.read()
        except (OSError, HTTPException) as error:
            self._fail(f"{gateway.name}: {type(error).__name__} {error}")
        else:
            self._judge(gateway, answer.status, found)
        finally:
            connection.close()

    def _judge(self, gateway: Gateway, status: int, found: bytes) -> None:
        told: dict[str, Any] = json.loads(found) if status == 200 else {"errors": found[:200]}
        refused = [one.get("userErrors") for one in (told.get("data") or {}).values()]
        if status != 200 or told.get("errors") or any(refused):
            self._fail(f"{gateway.name}: {status} {told}")
            return
        with self.outcome.lock:
            self.outcome.answered[gateway.name] += 1

    def _fail(self, sentence: str) -> None:
        with self.outcome.lock:
            self.outcome.failed.append(sentence)


def run(
    platform: Platform,
    tenant: Tenant,
    gateways: tuple[Gateway, ...],
    *,
    rounds: int,
    seconds: float,
    seed: int,
) -> Outcome:
    """End each in turn while requests go on; the next one when the one before is ready again."""
    outcome, callers = Outcome(), Callers()
    balancer = Balancer(gateways, tenant.admin.api.token, outcome)
    balancer.look()
    for number in range(CALLERS):
        callers.start(partial(_call, balancer, tenant.unit(f"Caller {number}")), seed + number)
    callers.start(lambda _: _look(balancer, callers.until), seed)
    deadline = monotonic() + seconds
    for number in range(rounds):
        if monotonic() > deadline:
            break
        gateway = gateways[number % len(gateways)]
        outcome.codes.append(restart(platform, gateway))
        before = outcome.answered[gateway.name]
        eventually(partial(_answers, outcome, gateway, before), within_s=60, every_s=0.05)
    callers.stop()
    return outcome


def _look(balancer: Balancer, until: threading.Event) -> None:
    balancer.look()
    until.wait(LOOK_S)


def _answers(outcome: Outcome, gateway: Gateway, before: int) -> bool:
    return outcome.answered[gateway.name] > before + 10


def _call(balancer: Balancer, unit: str, dice: random.Random) -> None:
    if dice.random() < 0.2:
        name = f"Unit {dice.random()}"
        asked = {"query": WRITE, "variables": {"unit": unit, "name": name}}
    else:
        asked = {"query": READ}
    balancer.send(json.dumps(asked).encode(), dice)


def restart(platform: Platform, gateway: Gateway) -> int:
    """The exit code of a process that was asked to end; the supervisor starts it again."""
    child = platform.supervisor.child(gateway.name)
    assert child.process is not None
    ending = child.process
    # The supervisor waits a moment, so that the port is closed to callers for a while.
    child.not_before = monotonic() + 1.0
    ending.send_signal(signal.SIGTERM)
    code = ending.wait(60)
    eventually(partial(is_ready, gateway.port), within_s=90, every_s=0.1)
    return code
