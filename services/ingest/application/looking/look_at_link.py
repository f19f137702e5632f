"""Look at one link and tell workflow what is there: a status, or why nothing answered."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final, Protocol

import msgspec

from chassis.errors import Refusal, RefusalCode, Unavailable
from chassis.ports import Actor, Clock
from contracts.workflow.policies import RecordEvidence
from services.ingest.application.ports import Workflow

WAIT: Final = 5.0
"""Seconds until workflow is told again, when it did not answer."""


class Lookup(msgspec.Struct, frozen=True, kw_only=True):
    """One address to look at, leased to us."""

    org_id: str
    evidence_id: str
    url: str
    fence: int
    wanted: int
    failures: int


class Lookups(Protocol):
    """Addresses that workflow wants to have seen."""

    def take(self, owner: str, seconds: float) -> Lookup | None:
        """One that is due and that nobody holds; None if there is none."""
        ...

    def done(self, lookup: Lookup) -> None:
        """Forget it, unless it was asked for again."""
        ...

    def later(self, lookup: Lookup, wait: float) -> None:
        """Again in so many seconds."""
        ...


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """What was there; ``problem`` is a sentence for the author, without a status."""

    status: int | None
    final_url: str = ""
    problem: str = ""

    @property
    def outcome(self) -> str:
        """For operators: alive, dead or nothing."""
        if self.status is None:
            return "nothing"
        return "alive" if self.status < 400 else "dead"


class Eyes(Protocol):
    """A look at an address through the guarded client; it always answers."""

    def see(self, url: str) -> Seen: ...


class Looker:
    """Looks at links; safe to use from several threads."""

    def __init__(
        self,
        *,
        eyes: Eyes,
        workflow: Workflow,
        lookups: Lookups,
        clock: Clock,
        actor: Callable[[str], Actor],
    ) -> None:
        self._eyes, self._workflow, self._lookups = eyes, workflow, lookups
        self._clock, self._actor = clock, actor

    def look(self, lookup: Lookup) -> Seen:
        """Visit, tell, and give the row up; told again later if workflow is out of reach."""
        seen, at = self._eyes.see(lookup.url), self._clock.now()
        try:
            self._workflow.send(_told(lookup, seen, at), self._actor(lookup.org_id))
        except Unavailable:
            self._lookups.later(lookup, WAIT)
        except Refusal as no:
            if no.code is not RefusalCode.NOT_FOUND:
                raise
            self._lookups.done(lookup)  # the organization is gone
        else:
            self._lookups.done(lookup)
        return seen


def _told(lookup: Lookup, seen: Seen, at: datetime) -> RecordEvidence:
    return RecordEvidence(
        evidence_id=lookup.evidence_id,
        url=lookup.url,
        status=seen.status,
        final_url=seen.final_url,
        problem=seen.problem,
        looked_at=at,
    )
