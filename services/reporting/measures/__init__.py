"""The shelf of measures: one folder per measure; adding one touches no other file of the service.

A measure module exposes

- ``NAME``: the key in day documents; lower case with underscores
- ``MEANING``: a sentence for people: what is counted, and to which day a value belongs
- ``UNIT``: ``Unit.COUNT`` or ``Unit.SECONDS``
- ``SOURCE``: where the definition comes from
- ``STATE``: the class of state it is folded from
- ``contribution(state)``: pure; one Contribution per thing counted, with whole seconds if UNIT says

Its ``samples/*.json`` hold a state and the contributions expected of it.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable
from enum import StrEnum
from functools import cache
from typing import Any, Protocol, cast

from services.reporting.domain.shares import Contribution, Shares, shares_of
from services.reporting.domain.states import State


class Unit(StrEnum):
    """What a measure's values are."""

    COUNT = "count"
    SECONDS = "seconds"


class Measure(Protocol):
    """What a measure module looks like."""

    NAME: str
    MEANING: str
    UNIT: Unit
    SOURCE: str
    STATE: type[State]

    def contribution(self, state: Any) -> Iterable[Contribution]:
        """What an aggregate in this state adds to the days."""
        ...


@cache
def shelf() -> tuple[Measure, ...]:
    """Every measure, in the order of their names."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__) if module.ispkg)
    return tuple(cast("Measure", importlib.import_module(f"{__name__}.{name}")) for name in names)


@cache
def measures_of(state: type[State]) -> tuple[Measure, ...]:
    """Those that are folded from this class of state."""
    return tuple(measure for measure in shelf() if measure.STATE is state)


def shares_of_state(state: State) -> Shares:
    """What all measures together make of a state."""
    return shares_of((each.NAME, each.contribution(state)) for each in measures_of(type(state)))
