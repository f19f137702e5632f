"""Who may import whom: the rules stand in pyproject.toml, and each is shown to bite."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.guards.sources import PRODUCT, ROOT

_LINTER = "from importlinter.cli import lint_imports_command; lint_imports_command()"


def _lint(root: Path) -> subprocess.CompletedProcess[str]:
    """import-linter over the packages under `root`, with the rules of this repository."""
    return subprocess.run(
        [sys.executable, "-c", _LINTER, "--no-cache"],
        cwd=root,
        env={"PYTHONPATH": os.pathsep.join([str(root), str(ROOT)]), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A repository with our rules in which every room is there and nothing is imported."""
    rooms = ["domain", "application", "adapters", "entrypoints", "bootstrap"]
    services = [f"services/{name}" for name in ("ingest", "workflow")]
    for package in [*PRODUCT, *services, *(f"{s}/{room}" for s in services for room in rooms)]:
        (tmp_path / package).mkdir(parents=True)
        (tmp_path / package / "__init__.py").touch()
    for module in ("chassis/errors.py", "chassis/mongo.py"):
        (tmp_path / module).touch()
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_every_import_keeps_the_rules() -> None:
    judged = _lint(ROOT)
    assert judged.returncode == 0, judged.stdout + judged.stderr


def test_the_planted_tree_itself_is_innocent(tree: Path) -> None:
    judged = _lint(tree)
    assert judged.returncode == 0, judged.stdout + judged.stderr


@pytest.mark.parametrize(
    ("room", "line"),
    [
        ("contracts", "import flask"),
        ("contracts", "import chassis"),
        ("chassis", "import services.ingest"),
        ("services/ingest", "import services.workflow.domain"),
        ("services/ingest/domain", "import os"),
        ("services/ingest/domain", "from time import monotonic"),
        ("services/ingest/domain", "import random"),
        ("services/ingest/domain", "import pymongo"),
        ("services/ingest/domain", "import chassis.errors"),
        ("services/ingest/domain", "import services.ingest.application"),
        ("services/ingest/application", "import pymongo"),
        ("services/ingest/application", "import os"),
        ("services/ingest/application", "import chassis.mongo"),
        ("services/ingest/application", "import services.ingest.adapters"),
        ("services/ingest/adapters", "import services.ingest.entrypoints"),
    ],
)
def test_a_planted_import_is_found(tree: Path, room: str, line: str) -> None:
    (tree / room / "offender.py").write_text(f"{line}\n")
    judged = _lint(tree)
    assert judged.returncode == 1
    assert "offender" in judged.stdout
