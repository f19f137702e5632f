"""Long functions and files are where reading stops."""

import ast
from collections.abc import Iterator

from tests.guards.sources import EVERYTHING, Source, sources

FUNCTION_LINES = 50
FILE_LINES = 350


def _offences(source: Source) -> Iterator[str]:
    lines = len(source.text.splitlines())
    if lines > FILE_LINES:
        yield f"{source.path} has {lines} lines (at most {FILE_LINES}): split it by subject."
    for node in ast.walk(source.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from _too_long(source.path, node)


def _too_long(path: str, node: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[str]:
    lines = (node.end_lineno or node.lineno) - node.lineno + 1
    if lines > FUNCTION_LINES:
        yield (
            f"{path}:{node.lineno} {node.name} has {lines} lines (at most {FUNCTION_LINES}): "
            "give its steps names of their own."
        )


def test_no_function_and_no_file_is_too_long() -> None:
    offences = [offence for source in sources(*EVERYTHING) for offence in _offences(source)]
    assert not offences, "\n".join(offences)


def test_a_planted_long_function_is_found() -> None:
    body = "    pass\n" * FUNCTION_LINES
    (offence,) = _offences(Source("planted.py", f"async def rambling():\n{body}"))
    assert "rambling has 51 lines" in offence


def test_a_planted_long_file_is_found() -> None:
    (offence,) = _offences(Source("planted.py", "x = 1\n" * (FILE_LINES + 1)))
    assert "planted.py has 351 lines" in offence


def test_what_is_just_short_enough_passes() -> None:
    text = "def brief():\n" + "    pass\n" * (FUNCTION_LINES - 1)
    assert not list(_offences(Source("planted.py", text.ljust(FILE_LINES, "\n"))))
