"""``python -m tests.mutants.run [file ...]``: mutate each machine's files, run its fast tests.

The figures of each file are kept in ``build/mutants.json`` until it is run again, so that a run
can be cut into parts. Survivors need a test, or a reason in ``explained.txt``.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parents[2]
FIGURES: Final = ROOT / "build" / "mutants.json"
EXPLAINED: Final = Path(__file__).with_name("explained.txt")
DOMAIN: Final = "services/workflow/domain"
UNIT: Final = "tests/unit"
MACHINES: Final[dict[str, tuple[str, ...]]] = {
    "trust": (
        f"{UNIT}/workflow_trust/test_routes.py",
        f"{UNIT}/workflow_trust/test_trust_figures.py",
        f"{UNIT}/workflow_trust/test_explanations.py",
        f"{UNIT}/workflow_trust/test_settings_story.py",
        f"{UNIT}/workflow_trust/test_deeper_routes.py",
    ),
    "content": (
        f"{UNIT}/workflow_content/test_content_machine.py",
        f"{UNIT}/workflow_content/test_times_and_checks.py",
        f"{UNIT}/workflow_content/test_appeals.py",
        f"{UNIT}/workflow_content/test_approval_story.py",
        f"{UNIT}/workflow_content/test_review_story.py",
        f"{UNIT}/workflow_content/test_exception_story.py",
        f"{UNIT}/workflow_trust/test_deeper_routes.py",
    ),
    "deliveries": (
        f"{UNIT}/workflow_content/test_delivery_machine.py",
        f"{UNIT}/workflow_content/test_delivery_story.py",
        f"{UNIT}/workflow_content/test_publishing_story.py",
    ),
}
"""Folder of the domain -> the tests that have to notice."""
COPIED: Final = ("services", "contracts", "chassis", "stack", "tests")
KILLED: Final = frozenset({"killed", "timeout", "suspicious", "segfault", "caught by type check"})


def main(given: Sequence[str]) -> int:
    """0 if no mutant survived without a reason."""
    reasons, bad = explained(EXPLAINED.read_text()), 0
    for file in given or [*every_file()]:
        entry = judged(results_of(file), reasons)
        keep(file, entry)
        sys.stdout.write(f"{file}: {entry['value']} {entry['unit']}\n")
        sys.stdout.flush()
        bad += not entry["ok"]
    return 1 if bad else 0


def every_file() -> Iterator[str]:
    """Every file of every machine."""
    for machine in MACHINES:
        for path in sorted((ROOT / DOMAIN / machine).glob("[!_]*.py")):
            yield str(path.relative_to(ROOT))


def explained(text: str) -> dict[str, str]:
    """``<mutant>: <why nobody can notice it>`` a line; # begins a remark."""
    lines = (line for line in text.splitlines() if line.strip() and not line.startswith("#"))
    parts = (line.partition(": ") for line in lines)
    return {name.strip(): reason.strip() for name, _, reason in parts}


def judged(found: dict[str, str], reasons: dict[str, str]) -> dict[str, Any]:
    """The figure of one file: how many survived that nobody explains."""
    alive = sorted(name for name, status in found.items() if status not in KILLED)
    open_ones = [name for name in alive if not reasons.get(name)]
    count = Counter(found.values())
    told = ", ".join(f"{number} {status}" for status, number in sorted(count.items()))
    return {
        "value": len(open_ones),
        "unit": f"unexplained survivors ({len(found)} mutants: {told or 'none'})",
        "must": "0",
        "ok": not open_ones,
        "survivors": open_ones,
    }


def keep(file: str, entry: dict[str, Any]) -> None:
    """Beside the figures of the other files."""
    known = json.loads(FIGURES.read_text()) if FIGURES.exists() else {}
    known[file.removeprefix(f"{DOMAIN}/").removesuffix(".py")] = entry
    FIGURES.parent.mkdir(parents=True, exist_ok=True)
    FIGURES.write_text(json.dumps(known, indent=2, sort_keys=True) + "\n")


def results_of(file: str) -> dict[str, str]:
    """Mutant -> what became of it, on a copy of the code."""
    tests = MACHINES[Path(file).parent.name]
    with tempfile.TemporaryDirectory(prefix="rostrum-mutants-") as name:
        place = Path(name)
        _copy(place)
        _configure(place, file, tests)
        ran = _mutmut(place, "run", "--max-children", "2")
        listed = _mutmut(place, "results", "--all", "true")
    found = _parsed(listed.stdout)
    if ran.returncode and not found:
        raise SystemExit(f"{file} could not be run:\n{ran.stdout[-2000:]}\n{ran.stderr[-2000:]}")
    return found


def _mutmut(place: Path, *words: str) -> subprocess.CompletedProcess[str]:
    program = str(Path(sys.executable).with_name("mutmut"))
    return subprocess.run([program, *words], cwd=place, capture_output=True, text=True, check=False)


def _copy(place: Path) -> None:
    ignored = shutil.ignore_patterns("__pycache__", "node_modules", "node*", ".mypy_cache")
    for folder in COPIED:
        shutil.copytree(ROOT / folder, place / folder, ignore=ignored)


def _configure(place: Path, file: str, tests: Sequence[str]) -> None:
    settings = {
        "source_paths": [file],
        "only_mutate": [file],
        "also_copy": [*COPIED, "pyproject.toml"],
        "pytest_add_cli_args_test_selection": list(tests),
        "pytest_add_cli_args": ["-p", "no:cacheprovider", "-p", "no:xdist"],
    }
    lines = "".join(f"{key} = {json.dumps(value)}\n" for key, value in settings.items())
    text = (ROOT / "pyproject.toml").read_text()
    (place / "pyproject.toml").write_text(f"{text}\n[tool.mutmut]\n{lines}")


def _parsed(text: str) -> dict[str, str]:
    pairs = (line.strip().rpartition(": ") for line in text.splitlines() if "__mutmut_" in line)
    return {name: status for name, _, status in pairs}


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
