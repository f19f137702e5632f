"""The twin without a network: the same guard, answers from a function."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from chassis.outbound.answers import OutboundResponse, TooMuch
from chassis.outbound.guard import GuardedClient, Request
from chassis.outbound.targets import Resolve, Target


@dataclass(frozen=True)
class Visit:
    """One request that the guard let pass, with the address it would have gone to."""

    target: Target
    address: str
    request: Request


Script = Callable[[Visit], OutboundResponse]
"""Answers a visit, or raises NotSent or MaybeSent."""


def resolve_public(host: str, port: int) -> list[str]:  # noqa: ARG001 - the shape of a resolver
    """Every name lives at one public address."""
    return ["93.184.215.14"]


class ScriptedOutbound(GuardedClient):
    """Answers from ``script`` and remembers every visit in ``visits``."""

    def __init__(
        self,
        script: Script,
        *,
        allow_loopback: frozenset[tuple[str, int]] = frozenset(),
        resolve: Resolve = resolve_public,
    ) -> None:
        super().__init__(self._answered, resolve=resolve, allow_loopback=allow_loopback)
        self._script = script
        self.visits: list[Visit] = []

    def _answered(self, target: Target, addresses: list[str], asked: Request) -> OutboundResponse:
        visit = Visit(target, addresses[0], asked)
        self.visits.append(visit)
        answer = self._script(visit)
        if len(answer.body) > asked.max_bytes:
            raise TooMuch(f"The answer has more than {asked.max_bytes} bytes.")
        headers = {name.lower(): value for name, value in answer.headers.items()}
        return OutboundResponse(answer.status, headers, answer.body)
