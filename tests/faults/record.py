"""Adds up what fault runs measured, over any number of bounded runs, in ``build/faults.json``.

A run is bounded by FAULTS_S and resumes by seed: figures of one seed replace each other, figures of
different seeds add. ``ok`` of a name holds only if every seed was ok.
"""

from __future__ import annotations

import fcntl
import json
import sys
from pathlib import Path
from typing import Any, Final

DEFAULT_FILE: Final = Path(__file__).resolve().parents[2] / "build" / "faults.json"


def record(
    name: str,
    value: float,
    unit: str,
    must: str,
    ok: bool,
    *,
    seed: int = 0,
    file: Path = DEFAULT_FILE,
) -> dict[str, Any]:
    """Merge one figure as ``{name: {value, unit, must, ok, seeds}}``; returns the merged entry."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        known = json.loads(file.read_text()) if file.exists() else {}
        entry = _merged(known.get(name, {}), seed, value, ok)
        entry |= {"unit": unit, "must": must}
        known[name] = entry
        fresh = file.with_suffix(".fresh")
        fresh.write_text(json.dumps(known, indent=2, sort_keys=True) + "\n")
        fresh.replace(file)
    line = f"{name}: {value:g} {unit} (must: {must}) {'ok' if ok else 'FAILED'} seed={seed}"
    sys.stdout.write(f"{line}\n")
    return entry


def so_far(name: str, *, file: Path = DEFAULT_FILE) -> tuple[float, int]:
    """What earlier runs add up to, and a seed that none of them used."""
    known = json.loads(file.read_text()) if file.exists() else {}
    entry = known.get(name, {"value": 0, "seeds": {}})
    return entry["value"], max([int(seed) for seed in entry["seeds"]], default=0) + 1


def _merged(entry: dict[str, Any], seed: int, value: float, ok: bool) -> dict[str, Any]:
    seeds = {**entry.get("seeds", {}), str(seed): {"value": value, "ok": ok}}
    return {
        "value": sum(one["value"] for one in seeds.values()),
        "ok": all(one["ok"] for one in seeds.values()),
        "seeds": seeds,
    }
