"""A dependency is a promise: it has a reason, a version and a hash, and no lock names an index."""

import json
import re
from collections.abc import Iterable, Iterator
from itertools import chain

from tests.guards.sources import ROOT

_REASONS = ROOT / "docs/decisions/dependencies.md"
_INDEX_OPTION = re.compile(r"--(extra-)?index-url|--find-links|--trusted-host")


def _wanted(requirements: str) -> set[str]:
    """The names in a requirements.in; constraints, comments, versions and extras are cut off."""
    lines = (line.split("#")[0].strip() for line in requirements.splitlines())
    return {re.split(r"[\[=<>~!; ]", line)[0] for line in lines if line and line[0] != "-"}


def _npm_wanted(package: str) -> set[str]:
    asked = json.loads(package)
    return {*asked.get("dependencies", {}), *asked.get("devDependencies", {})}


def _unexplained(wanted: Iterable[str], reasons: str) -> list[str]:
    explained = set(re.findall(r"^- `([^`]+)`: \S", reasons, re.MULTILINE))
    return [
        f'{name} has no line in {_REASONS.name}: add "- `{name}`: what it saves us", or drop it.'
        for name in sorted(set(wanted) - explained)
    ]


def _index_names(lock: str) -> Iterator[str]:
    for number, line in enumerate(lock.splitlines(), 1):
        if _INDEX_OPTION.search(line) or '"resolved"' in line:
            yield f"line {number} names an index: write the lock again with `make lock`."


def test_every_dependency_has_its_reason() -> None:
    python = (_wanted(path.read_text()) for path in sorted(ROOT.glob("requirements*.in")))
    npm = _npm_wanted((ROOT / "tests/node/package.json").read_text())
    unexplained = _unexplained(chain(*python, npm), _REASONS.read_text())
    assert not unexplained, "\n".join(unexplained)


def test_no_lock_names_an_index() -> None:
    locks = [*ROOT.glob("requirements*.lock"), ROOT / "tests/node/package-lock.json"]
    offences = [f"{lock.name}: {text}" for lock in locks for text in _index_names(lock.read_text())]
    assert not offences, "\n".join(offences)


def test_a_planted_dependency_without_a_reason_is_found() -> None:
    wanted = _wanted("# why\n-c other.lock\nflask\nleft-pad[fast]==1.*  # handy\n")
    (offence,) = _unexplained(wanted, "- `flask`: the framework\n- `left-pad`:\n")
    assert "left-pad has no line" in offence


def test_a_planted_index_in_a_lock_is_found() -> None:
    assert list(_index_names("--extra-index-url https://example.org/simple\nflask==3.1"))
    assert list(_index_names('{"resolved": "https://example.org/a.tgz"}'))
