"""The figures of a run: one line each on the screen, all of them in ``build/bench.json``."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, Final

DEFAULT_FILE: Final = Path(__file__).resolve().parents[2] / "build" / "bench.json"


class Figures:
    """Collects ``{name: {value, unit, must, ok}}``; the file holds one run only."""

    def __init__(self, file: Path = DEFAULT_FILE) -> None:
        self._file = file
        self._found: dict[str, dict[str, Any]] = {}
        sys.stdout.write("\n")

    def say(self, name: str, value: float, unit: str) -> float:
        """A figure that nothing is demanded of; returns the value."""
        self._note(name, {"value": _rounded(value), "unit": unit, "must": "", "ok": True})
        return value

    def at_least(self, name: str, value: float, unit: str, *, floor: float) -> float:
        """A figure with a floor."""
        self._note(name, _judged(value, unit, f">= {floor:g}", value >= floor))
        return value

    def at_most(self, name: str, value: float, unit: str, *, ceiling: float) -> float:
        """A figure with a ceiling."""
        self._note(name, _judged(value, unit, f"<= {ceiling:g}", value <= ceiling))
        return value

    def require(self) -> None:
        """AssertionError naming every figure that is not as it must be."""
        missed = [name for name, entry in self._found.items() if not entry["ok"]]
        assert not missed, f"not as it must be: {', '.join(missed)}; see {self._file}"

    def _note(self, name: str, entry: dict[str, Any]) -> None:
        self._found[name] = entry
        self._file.parent.mkdir(parents=True, exist_ok=True)
        self._file.write_text(json.dumps(self._found, indent=2) + "\n")
        sys.stdout.write(f"{_line(name, entry)}\n")
        sys.stdout.flush()


def _judged(value: float, unit: str, must: str, ok: bool) -> dict[str, Any]:
    return {"value": _rounded(value), "unit": unit, "must": must, "ok": ok}


def _rounded(value: float) -> float:
    return float(f"{value:.4g}") if abs(value) < 1_000 else round(value)


def _line(name: str, entry: dict[str, Any]) -> str:
    verdict = ""
    if entry["must"]:
        verdict = f"  (must be {entry['must']}: {'ok' if entry['ok'] else 'MISSED'})"
    return f"{name}: {entry['value']:g} {entry['unit']}{verdict}"
