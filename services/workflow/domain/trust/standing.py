"""Where a person stands on a channel for one topic risk: tier, score, and what it comes from."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

import msgspec

from contracts.workflow.content_states import TopicRisk
from contracts.workflow.trust import LedgerOutcome, TrustTier
from services.workflow.domain.trust.entry import LedgerEntry
from services.workflow.domain.trust.weights import GRAVEST, faded, wilson_lower_bound

PROBATION: Final = timedelta(days=30)
"""How long a severity-1 incident puts its writers at T0 on that channel, all risks."""

WINDOW: Final = timedelta(days=730)
"""24 months: how far back clean publications are counted, undecayed."""


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """What a tier asks for: clean publications within the window, and a score."""

    tier: TrustTier
    clean: int
    score: float


LADDER: Final = (
    Step(tier=TrustTier.T3, clean=80, score=0.95),
    Step(tier=TrustTier.T2, clean=40, score=0.90),
    Step(tier=TrustTier.T1, clean=20, score=0.80),
)
ORDER: Final = tuple(TrustTier)
"""From least to most trusted."""


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """``clean``, ``incidents`` and ``self_reported`` count the window; the score is of faded weights."""

    tier: TrustTier
    score: float
    clean: int
    incidents: int = 0
    self_reported: int = 0
    probation_until: datetime | None = None

    @property
    def steps_above(self) -> tuple[Step, ...]:
        """The steps that are still to come, the nearest first."""
        above = [step for step in LADDER if ORDER.index(step.tier) > ORDER.index(self.tier)]
        return tuple(reversed(above))


def standing_of(entries: Iterable[LedgerEntry], risk: TopicRisk, now: datetime) -> Standing:
    """From the entries of one person on one channel, all risks: probation looks at all of them."""
    known = list(entries)
    own = [entry for entry in known if entry.risk is risk]
    clean = [entry for entry in own if entry.outcome is LedgerOutcome.CLEAN]
    slips = [entry for entry in own if entry.outcome is LedgerOutcome.INCIDENT]
    counted = len(_recent(clean, now))
    score = wilson_lower_bound(_weight(clean, now), _weight(slips, now))
    until = _probation_end(known, now)
    recent_slips = {entry.source_id: entry for entry in _recent(slips, now)}.values()
    return Standing(
        tier=TrustTier.T0 if until else earned(counted, score),
        score=score,
        clean=counted,
        incidents=len(recent_slips),
        self_reported=sum(entry.is_self_reported for entry in recent_slips),
        probation_until=until,
    )


def earned(clean: int, score: float) -> TrustTier:
    """The highest tier whose count and score are both reached."""
    for step in LADDER:
        if clean >= step.clean and score >= step.score:
            return step.tier
    return TrustTier.T0


def least(standings: Iterable[Standing]) -> Standing:
    """The least trusted one decides; nobody known is nobody trusted."""
    found = list(standings)
    if not found:
        return Standing(tier=TrustTier.T0, score=0.0, clean=0)
    return min(found, key=lambda one: (ORDER.index(one.tier), one.score, one.clean))


def _weight(entries: Iterable[LedgerEntry], now: datetime) -> float:
    return sum(faded(entry.weight, entry.happened_at, now) for entry in entries)


def _recent(entries: Iterable[LedgerEntry], now: datetime) -> list[LedgerEntry]:
    return [entry for entry in entries if now - entry.happened_at <= WINDOW]


def _probation_end(entries: Iterable[LedgerEntry], now: datetime) -> datetime | None:
    ends = [
        entry.happened_at + PROBATION
        for entry in entries
        if entry.outcome is LedgerOutcome.INCIDENT and entry.severity == GRAVEST
    ]
    open_ends = [end for end in ends if end > now]
    return max(open_ends, default=None)
