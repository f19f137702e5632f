"""What judges said, one line each, in ``build/judges.json``."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from tests.faults.record import record

FILE: Final = Path(__file__).resolve().parents[2] / "build" / "judges.json"


def verdict(name: str, value: float, unit: str, *, must: float) -> None:
    """Note the figure; AssertionError if it is not what it must be."""
    is_ok = value == must
    record(name, value, unit, f"{must:g} {unit}", is_ok, file=FILE)
    assert is_ok, f"{name}: {value:g} of {must:g} {unit}"
