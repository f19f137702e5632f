"""Everything folded again from the first fact on, while facts go on coming (C2).

A new generation of folds is built beside the live one from the log alone, then brought up to the
live one, then both are exchanged in one transaction together with the day documents. Batches that
come meanwhile change the live generation only; what they changed is folded again. In the last
transaction every batch of the organization conflicts with it and runs again after it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec

from services.reporting.application.ports import Build, Logged
from services.reporting.domain.fold import Fold, advanced, empty

FEW: Final = 200
"""So many lines may be behind when the exchange begins; they are folded inside it."""
CATCH_UPS: Final = 20
"""After so many rounds the exchange begins in any case; it only takes longer."""


class Rebuilt(msgspec.Struct, frozen=True, kw_only=True):
    """What a rebuild did."""

    org_id: str
    lines: int
    caught_up: int
    day_documents: int


def rebuild(org_id: str, build: Build) -> Rebuilt:
    """Conflict if another rebuild of the same organization began meanwhile: that one goes on."""
    lines = sum(_put(build, logged) for logged in build.logged())
    caught_up = 0
    for _ in range(CATCH_UPS):
        behind = build.behind()
        if len(behind) <= FEW:
            break
        caught_up += _put(build, build.facts_of(behind))
    last, days = build.alone(lambda: _exchange(build))
    build.forget_others()
    return Rebuilt(org_id=org_id, lines=lines, caught_up=caught_up + last, day_documents=days)


def _exchange(build: Build) -> tuple[int, int]:
    last = _put(build, build.facts_of(build.behind()))
    sums = build.sums()
    build.go_live(sums)
    return last, len(sums)


def _put(build: Build, logged: Logged) -> int:
    folds = list(_folds(logged))
    build.put(folds)
    return len(folds)


def _folds(logged: Logged) -> Iterable[Fold]:
    for line, spoken in logged:
        fold = advanced(empty(line), spoken)
        if fold.sequence:
            yield fold
