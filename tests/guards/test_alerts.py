"""An alert asks for series that the code moves, is tested, and leads to a page that can be followed."""

import re
from collections.abc import Iterable, Iterator
from enum import StrEnum
from functools import cache
from importlib import import_module
from typing import Any

import typer.main
import yaml

from chassis.metrics import MetricDef, MetricKind
from contracts.ingest import Health
from contracts.topics import SUBSCRIPTIONS
from contracts.workflow.deliveries import Outcome, Purpose
from stack.cli import app
from stack.docs import all_metrics
from stack.layout import PROCESSES
from tests.guards.sources import PRODUCT, ROOT, sources

_MONITORING = ROOT / "deploy/monitoring"
_RUNBOOK = ROOT / "docs/runbook"
_SECTIONS = ["What it means", "Look", "Do", "Over when"]
_NAME = re.compile(r"\brostrum_[a-z_]+")
_MATCHER = re.compile(r'([a-z_]+)(?:=~|!~|!=|=)"([^"]*)"')
_SCRAPED = {"job", "process", "instance", "le"}
"""Labels that Prometheus adds."""
_VALUES: dict[str, type[StrEnum]] = {"health": Health, "outcome": Outcome, "purpose": Purpose}
_SUFFIXES = ("_bucket", "_count", "_sum")


@cache
def _rules() -> list[dict[str, Any]]:
    groups = yaml.safe_load((_MONITORING / "alerts.yml").read_text())["groups"]
    return [rule for group in groups for rule in group["rules"]]


@cache
def _alerts() -> dict[str, dict[str, Any]]:
    return {rule["alert"]: rule for rule in _rules() if "alert" in rule}


@cache
def _declared() -> dict[str, MetricDef]:
    """Every series that a process may show, by its name on /metrics."""
    found: dict[str, MetricDef] = {}
    for item in (item for defs in all_metrics().values() for item in defs):
        is_histogram = item.kind is MetricKind.HISTOGRAM
        found |= {item.name + end: item for end in (_SUFFIXES if is_histogram else ("",))}
    return found


def _home(owner: str) -> str:
    """The module that declares the metrics of an owner."""
    if owner == "chassis":
        return "chassis.metric_defs"
    return f"{owner}.metrics" if owner in PRODUCT else f"services.{owner}.metrics"


@cache
def _moved() -> frozenset[str]:
    """Names of metrics whose constant is used outside the file that declares it."""
    modules = [_home(owner) for owner in all_metrics()]
    constants = {
        name: value.name
        for module in modules
        for name, value in vars(import_module(module)).items()
        if isinstance(value, MetricDef)
    }
    homes = {f"{module.replace('.', '/')}.py" for module in modules}
    words = {
        word
        for source in sources(*PRODUCT)
        if source.path not in homes
        for word in re.findall(r"\b[A-Z][A-Z_]+\b", source.text)
    }
    return frozenset(metric for constant, metric in constants.items() if constant in words)


def _offences(where: str, expression: str) -> Iterator[str]:
    for name in sorted(set(_NAME.findall(expression))):
        item = _declared().get(name)
        if item is None:
            yield f"{where} asks for {name}, which no process shows: see docs/generated/metrics.md"
        elif item.name not in _moved():
            yield f"{where} asks for {name}, which is declared and never moved: it would never ring"
    yield from _wrong_labels(where, expression)


def _wrong_labels(where: str, expression: str) -> Iterator[str]:
    names = set(_NAME.findall(expression)) & set(_declared())
    allowed = _SCRAPED.union(*(_declared()[name].labels for name in names))
    for label, pattern in _MATCHER.findall(expression):
        if label not in allowed:
            yield f"{where} matches the label {label}, which none of its series has"
        known = _VALUES.get(label)
        unknown = set(pattern.split("|")) - {str(value) for value in known or ()}
        if known and unknown and label in allowed and "ingest" in expression:
            yield f"{where} waits for {label} {sorted(unknown)}, which is no {known.__name__}"


def _page(alert: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "-", alert).lower() + ".md"


def _flaws(page: str, text: str) -> Iterator[str]:
    """What keeps somebody at night from following a page."""
    if re.findall(r"^## (.+)$", text, re.MULTILINE) != _SECTIONS:
        yield f"{page}: its sections are {', '.join(_SECTIONS)}, in this order"
    yield from (f"{page} names {what}, which is not there" for what in _dead_ends(text))


def _dead_ends(text: str) -> Iterator[str]:
    """Series, pages, commands and Deployments that a page names and nobody finds."""
    shown = {item.name for item in _declared().values()} | set(_declared())
    yield from sorted(set(_NAME.findall(text)) - shown)
    pages = re.findall(r"\]\(([a-z-]+\.md)\)", text)
    yield from (page for page in pages if not (_RUNBOOK / page).exists())
    commands = re.findall(r"`rostrum ([a-z ]+)", text)
    yield from (f"rostrum {words}" for words in commands if not _is_command(words.split()))
    deployments = re.findall(r"\bdeploy/([a-z-]+)\b(?!/)", text)
    processes = {process.name for process in PROCESSES}
    yield from sorted(set(deployments) - processes - {"monitoring"})


def _is_command(words: Iterable[str]) -> bool:
    found: Any = typer.main.get_command(app)
    for word in words:
        commands = getattr(found, "commands", None)
        if commands is None:
            return True
        if word not in commands:
            return False
        found = commands[word]
    return True


def test_alerts_ask_for_series_that_the_code_moves() -> None:
    offences = [
        offence
        for rule in _rules()
        for offence in _offences(rule.get("alert") or rule["record"], rule["expr"])
    ]
    assert not offences, "\n".join(offences)


def test_every_alert_says_how_urgent_it_is_and_leads_to_its_page() -> None:
    for name, rule in _alerts().items():
        assert rule["labels"]["severity"] in {"page", "ticket", "none"}, name
        assert rule["annotations"]["summary"], name
        assert rule["annotations"]["runbook_url"] == f"docs/runbook/{_page(name)}", name


def test_every_page_is_of_an_alert_and_can_be_followed() -> None:
    pages = {path.name: path.read_text() for path in _RUNBOOK.glob("*.md")}
    assert set(pages) == {_page(name) for name in _alerts()}
    flaws = [flaw for page, text in sorted(pages.items()) for flaw in _flaws(page, text)]
    assert not flaws, "\n".join(flaws)


def test_every_alert_has_a_firing_and_a_quiet_moment_in_its_tests() -> None:
    tests = yaml.safe_load((_MONITORING / "alerts_test.yml").read_text())["tests"]
    moments = [item for test in tests for item in test["alert_rule_test"]]
    firing = {item["alertname"] for item in moments if item["exp_alerts"]}
    quiet = {item["alertname"] for item in moments if not item["exp_alerts"]}
    assert firing == set(_alerts())
    assert quiet == set(_alerts()) - {"Watchdog"}, "Watchdog alone is never quiet"


def test_a_missing_process_and_every_port_are_watched() -> None:
    expression = _alerts()["ProcessMissing"]["expr"]
    assert re.findall(r'process="([a-z-]+)"', expression) == [item.name for item in PROCESSES]
    scrape = yaml.safe_load((_MONITORING / "prometheus.yml").read_text())["scrape_configs"]
    watched = [
        (item["labels"]["process"], *item["targets"]) for item in scrape[0]["static_configs"]
    ]
    assert watched == [(item.name, f"127.0.0.1:{item.port(8400)}") for item in PROCESSES]


def test_the_groups_of_pages_and_topics_have_not_parted() -> None:
    """A page tells people to take the group's first word as the service."""
    assert all(group.value.split(".")[0] == group.reader for group in SUBSCRIPTIONS)


def test_planted_rules_that_never_ring_are_found() -> None:
    found = [
        list(_offences("Planted", expression))
        for expression in (
            "rostrum_loaves > 0",
            "rostrum_loop_step_seconds > 1",
            'rostrum_consumer_lag{person="x"} > 0',
            'rostrum_ingest_polls_total{health="tired"} > 0',
            'rostrum_ingest_polls_total{health=~"revoked|expired"} > 0',
        )
    ]
    assert [len(offences) for offences in found] == [1, 1, 1, 1, 0]


def test_a_planted_page_that_leads_nowhere_is_found() -> None:
    text = "## Look\n`rostrum_bread` `rostrum facts bake` [x](no-page.md) `logs deploy/oven`"
    assert len(list(_flaws("planted.md", text))) == 5
