"""Every metric is declared once, explained, printed, and never labelled with a person."""

import ast
import re
from collections.abc import Iterable, Iterator
from importlib import import_module

from chassis.metrics import MetricDef, MetricKind, counter, gauge
from stack.docs import FOLDER, all_metrics
from tests.guards.sources import PRODUCT, Source, sources

_HOME = "chassis/metrics.py"
_BUILDERS = {"Counter", "Gauge", "Histogram", "Summary", "Info", "Enum"}
_PERSONAL = {"email", "handle", "person", "author", "name", "text", "org_id", "organization"}


def _offences(owner: str, item: MetricDef) -> Iterator[str]:
    if not item.name.startswith("rostrum_"):
        yield f"{owner}: {item.name}: a name begins with rostrum_."
    if (item.kind is MetricKind.COUNTER) != item.name.endswith("_total"):
        yield f"{owner}: {item.name}: a counter, and only a counter, ends in _total."
    if len(item.meaning) < 20 or not item.meaning.endswith("."):
        yield f"{owner}: {item.name}: say in a sentence what its movement means to an operator."
    if found := _PERSONAL & set(item.labels):
        yield f"{owner}: {item.name}: label {found.pop()} is personal or unbounded (S10)."


def _twice(names: Iterable[str]) -> set[str]:
    seen: set[str] = set()
    return {name for name in names if name in seen or seen.add(name)}  # type: ignore[func-returns-value]


def _built_elsewhere(source: Source) -> Iterator[str]:
    if source.path == _HOME:
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ImportFrom) and node.module == "prometheus_client":
            for alias in node.names:
                if alias.name in _BUILDERS:
                    yield f"{source.path}:{node.lineno} builds a {alias.name}: declare a MetricDef."


def _forgotten(module: str) -> Iterator[str]:
    """Declared in a module and left out of its METRICS."""
    room = import_module(module)
    for name, value in vars(room).items():
        if isinstance(value, MetricDef) and value not in room.METRICS:
            yield f"{module}.{name} is not in METRICS, so no process has it and no page names it."


def _metric_modules() -> list[str]:
    rooms = {"chassis": "chassis.metric_defs", "stack": "stack.metrics"}
    return [rooms.get(owner, f"services.{owner}.metrics") for owner in all_metrics()]


def test_every_metric_is_declared_well() -> None:
    offences = [
        offence
        for owner, defs in all_metrics().items()
        for item in defs
        for offence in _offences(owner, item)
    ]
    assert not offences, "\n".join(offences)


def test_no_name_is_declared_twice() -> None:
    names = [item.name for defs in all_metrics().values() for item in defs]
    assert not _twice(names), f"declared twice: {_twice(names)}"


def test_every_metric_is_printed() -> None:
    page = (FOLDER / "metrics.md").read_text()
    missing = [
        item.name
        for defs in all_metrics().values()
        for item in defs
        if f"`{item.name}`" not in page
    ]
    assert not missing, f"{missing} are not in docs/generated/metrics.md: run `make docs`."


def test_no_declared_metric_is_forgotten() -> None:
    offences = [text for module in _metric_modules() for text in _forgotten(module)]
    assert not offences, "\n".join(offences)


def _unmoved(names: Iterable[str], texts: Iterable[str]) -> list[str]:
    """Declared constants that no other module names."""
    everything = "\n".join(texts)
    return [name for name in names if not re.search(rf"\b{name}\b", everything)]


def test_every_metric_is_moved_by_somebody() -> None:
    rooms = _metric_modules()
    declared = {
        name
        for module in rooms
        for name, value in vars(import_module(module)).items()
        if isinstance(value, MetricDef)
    }
    homes = {module.replace(".", "/") + ".py" for module in rooms}
    texts = [source.text for source in sources(*PRODUCT) if source.path not in homes]
    unmoved = _unmoved(sorted(declared), texts)
    assert not unmoved, f"{unmoved} are declared and never moved: move them or take them out."


def test_a_metric_that_nobody_moves_is_found() -> None:
    assert _unmoved(["BAKED", "SOLD"], ["metrics.count(BAKED)"]) == ["SOLD"]


def test_metrics_are_built_in_one_place() -> None:
    offences = [text for source in sources(*PRODUCT) for text in _built_elsewhere(source)]
    assert not offences, "\n".join(offences)


def test_planted_offenders_are_found() -> None:
    bad = [
        counter("rostrum_loaves", "Loaves that were baked so far."),
        gauge("bread_total", "Loaves that lie in the shop."),
        gauge("rostrum_bread", "Bread."),
        gauge("rostrum_buyers", "Who stands in the shop right now.", "email"),
    ]
    assert [len(list(_offences("bakery", item))) for item in bad] == [1, 2, 1, 1]
    assert _twice(["a", "b", "a"]) == {"a"}
    text = "from prometheus_client import CollectorRegistry, Counter\n"
    assert len(list(_built_elsewhere(Source("services/x/a.py", text)))) == 1
