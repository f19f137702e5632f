"""The official AsyncAPI parser reads the committed document of all facts."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from contracts import catalog
from contracts.facts import REGISTRY
from tests.judges.verdicts import verdict

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = ROOT / "docs/generated/asyncapi.json"
HINT = 3
"""Severities of the parser: 0 error, 1 warning, 2 information, 3 hint."""


def test_the_document_is_accepted_without_a_warning() -> None:
    assert catalog.__all__
    judged = subprocess.run(
        ["node", str(ROOT / "tests/node/asyncapi_check.mjs"), str(DOCUMENT)],
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
    assert judged.returncode == 0, judged.stdout + judged.stderr
    told = json.loads(judged.stdout)
    assert [item for item in told["found"] if item["severity"] < 2] == []
    verdict("AsyncAPI messages", told["counts"]["messages"], "accepted", must=len(REGISTRY))
