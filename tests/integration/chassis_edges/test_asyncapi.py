"""The AsyncAPI document: the official parser accepts it, and it says all that contracts says."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from contracts.facts import REGISTRY
from contracts.topics import Group, Topic
from stack.asyncapi import asyncapi

ROOT = Path(__file__).parents[3]
NODE = ROOT / "tests/node"
WARNING = 1
"""Severities of the parser: 0 error, 1 warning, 2 information, 3 hint."""


def verdict(document: dict[str, Any], path: Path) -> tuple[int, dict[str, Any]]:
    node = shutil.which("node")
    if node is None or not (NODE / "node_modules/@asyncapi/parser").exists():
        pytest.skip("the AsyncAPI parser is not installed: make setup")
    path.write_text(json.dumps(document), encoding="utf-8")
    done = subprocess.run(
        [node, str(NODE / "asyncapi_check.mjs"), str(path)],
        capture_output=True,
        timeout=60,
        check=False,
    )
    return done.returncode, json.loads(done.stdout)


def test_the_official_parser_accepts_every_topic_fact_and_group(tmp_path: Path) -> None:
    code, told = verdict(asyncapi(), tmp_path / "asyncapi.json")
    assert [item for item in told["found"] if item["severity"] <= WARNING] == []
    assert code == 0
    assert told["counts"] == {
        "channels": len(Topic),
        "operations": len(Topic) + len(Group),
        "messages": len(REGISTRY),
    }


def test_the_parser_refuses_a_broken_document(tmp_path: Path) -> None:
    document = asyncapi()
    document["operations"]["send.ingest.arrivals"]["channel"] = {"$ref": "#/channels/nowhere"}
    code, told = verdict(document, tmp_path / "asyncapi.json")
    assert code == 1
    assert any(item["severity"] == 0 for item in told["found"])
