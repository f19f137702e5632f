"""T1, a short dose: wall time means wall time in every zone, at every change of its clocks."""

from __future__ import annotations

from tests.support.every_zone import judged, zones


def test_no_time_shifts_in_silence_in_a_tenth_of_the_zones() -> None:
    found = [judged(zone, 2026) for zone in zones()[::10]]
    assert sum(each.silent for each in found) == 0
    assert sum(each.changes for each in found) > 10
    assert sum(each.skipped for each in found) > 0
    assert sum(each.doubled for each in found) > 0
