"""Trust-earned review depth, routes of review, seats and crisis levels (DOMAIN 3)."""

from __future__ import annotations

from enum import StrEnum


class TrustTier(StrEnum):
    """What a record of clean publications earns on one channel for one topic risk.

    T0: full stages. T1: one reviewer. T2: publish, then review all within 24 h. T3: publish, then
    review a sample of one in five.
    """

    T0 = "T0"
    T1 = "T1"
    T2 = "T2"
    T3 = "T3"
