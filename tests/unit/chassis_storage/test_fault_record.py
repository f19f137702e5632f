"""The record of fault runs adds up over seeds."""

from __future__ import annotations

import json
from pathlib import Path

from tests.faults.record import record, so_far


def test_figures_of_different_seeds_add_and_one_failure_stays(tmp_path: Path) -> None:
    file = tmp_path / "build" / "faults.json"
    assert so_far("R1", file=file) == (0, 1)
    record("R1", 3, "kills", "0 torn", True, seed=1, file=file)
    record("R1", 4, "kills", "0 torn", False, seed=2, file=file)
    record("R1", 5, "kills", "0 torn", True, seed=1, file=file)
    record("R2", 1, "facts", "0 gaps", True, seed=1, file=file)
    known = json.loads(file.read_text())
    assert known["R1"]["value"] == 9
    assert so_far("R1", file=file) == (9, 3)
    assert known["R1"]["ok"] is False
    assert known["R2"] == {
        "value": 1,
        "unit": "facts",
        "must": "0 gaps",
        "ok": True,
        "seeds": {"1": {"value": 1, "ok": True}},
    }
