"""The audits of graphql-http, asked of the running gateway with an API key."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from stack.platform import Platform
from tests.judges.verdicts import verdict

NODE = Path(__file__).resolve().parents[1] / "node"


@pytest.mark.timeout(300)
def test_all_audits_are_ok(platform: Platform, api_key: str) -> None:
    judged = subprocess.run(
        ["node", "graphql_http_audit.mjs", platform.graphql_url, api_key],
        cwd=NODE,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    found = json.loads(judged.stdout or '{"total": 0, "count": {}, "failed": ["no answer"]}')
    assert found["failed"] == [], judged.stderr
    assert found["total"] == 61
    verdict("graphql-http audits", found["count"]["ok"], "ok", must=61)
