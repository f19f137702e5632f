"""T1: all transitions of all zones of the year, through the code of schedules and series."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.faults.record import record
from tests.support.every_zone import judged, zones

NAME = "T1 wall time"


@pytest.mark.timeout(1800)
def test_no_wall_time_shifts_in_silence() -> None:
    """Two years: the one in which people schedule now, and the one after."""
    year = datetime.now(UTC).year
    found = [judged(zone, each) for each in (year, year + 1) for zone in zones()]
    changes, times = sum(each.changes for each in found), sum(each.times for each in found)
    skipped, doubled = sum(each.skipped for each in found), sum(each.doubled for each in found)
    guilty = sorted({each.zone for each in found if each.silent})
    what = f"times around {changes} changes of {len(zones())} zones, {skipped} skipped, {doubled} doubled"
    record(NAME, times, what, "0 silent shifts", not guilty)
    assert not guilty
    assert changes > 300
