"""A fixed sleep in a test is too short on a busy machine and too long on every other."""

import ast
from collections.abc import Iterator

import pytest

from tests.guards.sources import Source, dotted, sources


def _offences(source: Source) -> Iterator[str]:
    for node in ast.walk(source.tree):
        if _sleeps(node):
            line = getattr(node, "lineno", 0)
            yield (
                f"{source.path}:{line} sleeps: wait for the condition with "
                "tests.support.waiting.eventually, or inject a clock."
            )


def _sleeps(node: ast.AST) -> bool:
    if isinstance(node, ast.ImportFrom) and node.module in {"time", "gevent", "asyncio"}:
        return any(alias.name == "sleep" for alias in node.names)
    return isinstance(node, ast.Attribute) and dotted(node) in {
        "time.sleep",
        "gevent.sleep",
        "asyncio.sleep",
    }


def test_tests_wait_on_conditions() -> None:
    offences = [offence for source in sources("tests") for offence in _offences(source)]
    assert not offences, "\n".join(offences)


@pytest.mark.parametrize("text", ["import time\ntime.sleep(1)", "from time import sleep"])
def test_a_planted_sleep_is_found(text: str) -> None:
    (offence,) = _offences(Source("tests/planted.py", text))
    assert "eventually" in offence
