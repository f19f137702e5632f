"""The Python files of the repository, as the guards read them."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ("contracts", "chassis", "services", "stack")
EVERYTHING = (*PRODUCT, "tests")


class Source(NamedTuple):
    """A file as text; `path` is relative to the repository."""

    path: str
    text: str

    @property
    def tree(self) -> ast.Module:
        """The syntax tree."""
        return ast.parse(self.text, self.path)


def sources(*folders: str) -> Iterator[Source]:
    """Every Python file under the folders."""
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "node_modules" not in path.parts:
                yield Source(str(path.relative_to(ROOT)), path.read_text())


def dotted(node: ast.AST) -> str:
    """`os.environ` for that expression, and an empty string for what is no dotted name."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return ""
