"""The arithmetic of trust (DOMAIN 3): weights that fade, and a score that doubts small numbers."""

from __future__ import annotations

from datetime import datetime, timedelta
from math import sqrt
from typing import Final

HALF_LIFE: Final = timedelta(days=180)
Z: Final = 1.28
"""One-sided 90 %: nine in ten true rates lie above the bound."""

CLEAN: Final = 1.0
GRAVEST: Final = 1
INCIDENT: Final[dict[int, float]] = {GRAVEST: 8.0, 2: 3.0, 3: 1.0}
"""Weight by severity; what has no known severity weighs as the gravest."""

SELF_REPORTED: Final = 0.5
"""What is left of an incident that its author reported first."""


def incident_weight(severity: int, *, is_self_reported: bool) -> float:
    """The weight of an incident on its day."""
    weight = INCIDENT.get(severity, INCIDENT[GRAVEST])
    return weight * SELF_REPORTED if is_self_reported else weight


def faded(weight: float, happened_at: datetime, now: datetime) -> float:
    """What is left of a weight; half after each 180 days. The future has not faded."""
    age = max(now - happened_at, timedelta())
    return float(weight * 0.5 ** (age / HALF_LIFE))


def wilson_lower_bound(clean: float, incidents: float) -> float:
    """The lower end of the interval for the true share of clean ones; 0 without any.

    Source: Wilson, Probable inference, J. Am. Stat. Assoc. 22 (1927), with z = 1.28.
    """
    total = clean + incidents
    if total <= 0 or clean <= 0:
        return 0.0
    share, doubt = clean / total, Z * Z / total
    spread = Z * sqrt(share * (1 - share) / total + doubt / (4 * total))
    return (share + doubt / 2 - spread) / (1 + doubt)
