"""Settings are read in one file a package, so that every key is known, checked and documented."""

import ast
from collections.abc import Iterator

import pytest

from tests.guards.sources import PRODUCT, Source, dotted, sources

_READERS = {"os.environ", "os.environb", "os.getenv", "os.getenvb"}


def _offences(source: Source) -> Iterator[str]:
    if source.path.rsplit("/", 1)[-1] == "settings.py":
        return
    for node in ast.walk(source.tree):
        if _reads_environment(node):
            line = getattr(node, "lineno", 0)
            yield (
                f"{source.path}:{line} reads the environment: declare the key in settings.py of "
                "this package and let bootstrap pass the value in."
            )


def _reads_environment(node: ast.AST) -> bool:
    if isinstance(node, ast.ImportFrom) and node.module == "os":
        return any(f"os.{alias.name}" in _READERS for alias in node.names)
    return isinstance(node, ast.Attribute) and dotted(node) in _READERS


def test_only_settings_read_the_environment() -> None:
    offences = [offence for source in sources(*PRODUCT) for offence in _offences(source)]
    assert not offences, "\n".join(offences)


@pytest.mark.parametrize(
    "text",
    ["import os\nos.environ['KEY']", "import os\nos.getenv('KEY')", "from os import environ"],
)
def test_a_planted_reader_is_found(text: str) -> None:
    (offence,) = _offences(Source("services/ingest/bootstrap.py", text))
    assert "settings.py" in offence
    assert not list(_offences(Source("services/ingest/settings.py", text)))
