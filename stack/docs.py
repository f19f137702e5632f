"""Prints docs/generated from the code: facts, metrics, settings, permissions, errors, AsyncAPI.

A service is found by walking ``services``: its ``settings`` and ``metrics`` modules, if it has them.
"""

from __future__ import annotations

import json
import pkgutil
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from importlib.util import find_spec
from inspect import getdoc
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import msgspec

import services
from chassis import metric_defs
from chassis.common_settings import CommonSettings
from chassis.metrics import MetricDef
from chassis.problems import title_of
from chassis.settings import MISSING, Declaration, Settings, declarations
from contracts import catalog as _catalog  # noqa: F401 - importing it fills the registries
from contracts.commands import COMMANDS
from contracts.facts import REGISTRY, Fact
from contracts.permissions import OPERATOR_PERMISSIONS, ROLE_PERMISSIONS, Permission, Role
from contracts.refusals import HTTP_STATUS, RefusalCode
from contracts.topics import Topic, groups_of
from stack import metrics as stack_metrics
from stack import settings as stack_settings
from stack.asyncapi import asyncapi

FOLDER: Final = Path(__file__).resolve().parents[1] / "docs/generated"
_NOTE: Final = "Printed from the code by `make docs`; a test keeps it current."


def _page(title: str, introduction: str, *parts: str) -> str:
    return (
        "\n\n".join([f"# {title}", _NOTE, introduction, *(part for part in parts if part)]) + "\n"
    )


def _table(header: tuple[str, ...], rows: Iterable[Iterable[str]]) -> str:
    lines = [header, tuple("---" for _ in header), *(tuple(map(_cell, row)) for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split()) or "-"


def _first_sentence(item: object) -> str:
    return (getdoc(item) or "").split("\n\n", 1)[0]


# --- facts --------------------------------------------------------------------------------------


def facts_page() -> str:
    """Every fact by topic, with who reads the topic."""
    return _page(
        "Facts",
        "What services tell each other over Kafka. The key of a message is "
        "`<organization>/<aggregate>`; the envelope is CloudEvents 1.0 (`contracts/envelope.py`).",
        *(_topic_part(topic) for topic in Topic),
    )


def _topic_part(topic: Topic) -> str:
    readers = ", ".join(f"`{group.value}`" for group in groups_of(topic)) or "nobody durably"
    own = sorted((f for f in REGISTRY.values() if f.TOPIC is topic), key=lambda f: f.TYPE)
    rows = ((f"`{f.TYPE}`", _first_sentence(f), _fields(f)) for f in own)
    return (
        f"## {topic.value}\n\nSpoken by {topic.speaker}, read by {readers}.\n\n"
        f"{_table(('type', 'meaning', 'fields'), rows)}"
    )


def _fields(fact: type[Fact]) -> str:
    return ", ".join(
        f"`{item.encode_name}`{'' if item.required else '?'}"
        for item in msgspec.structs.fields(fact)
    )


# --- metrics ------------------------------------------------------------------------------------


def metrics_page() -> str:
    """Every metric of the runtime and of each service."""
    header = ("name", "kind", "labels", "what its movement means")
    parts = (
        f"## {name}\n\n{_table(header, map(_metric_row, defs))}"
        for name, defs in all_metrics().items()
        if defs
    )
    return _page("Metrics", "Every process shows its own at `/metrics` of its port.", *parts)


def _metric_row(item: MetricDef) -> tuple[str, ...]:
    return (f"`{item.name}`", item.kind.value, ", ".join(item.labels), item.meaning)


def all_metrics() -> dict[str, tuple[MetricDef, ...]]:
    """The metrics of the runtime and of every service, by their owner."""
    found = {"chassis": metric_defs.METRICS}
    for service, module in _service_modules("metrics"):
        found[service] = tuple(module.METRICS)
    return {**found, "stack": stack_metrics.METRICS}


# --- settings -----------------------------------------------------------------------------------


def settings_page() -> str:
    """Every setting: what all services share, then what each adds."""
    header = ("name", "write", "default", "meaning")
    shared = {item.name for item in declarations(CommonSettings).values()}
    parts = [f"## Every service\n\n{_table(header, _setting_rows(CommonSettings, set()))}"]
    for owner, cls in all_settings():
        rows = list(_setting_rows(cls, set() if owner == "stack" else shared))
        if rows:
            parts.append(f"## {owner}\n\n{_table(header, rows)}")
    return _page(
        "Settings",
        "Environment variables, read once at start. Every secret `X` may be given as `X_FILE`, the "
        "path of a file that holds it. Problems stop the start, all named at once.",
        *parts,
    )


def _setting_rows(cls: type[Settings], left_out: set[str]) -> Iterator[tuple[str, ...]]:
    for item in declarations(cls).values():
        if item.name not in left_out:
            yield f"`{item.name}`", item.kind_name, _default(item), item.meaning


def _default(item: Declaration[Any]) -> str:
    if item.is_secret and item.default is not None:
        return "**required**, secret" if item.default is MISSING else "demonstration value, secret"
    if item.default is MISSING:
        return "**required**"
    return _default_text(item.default)


def _default_text(value: object) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, tuple | frozenset):
        return ", ".join(sorted(map(str, value)))
    return f"`{value}`"


def all_settings() -> Iterator[tuple[str, type[Settings]]]:
    """Every settings class of a service and of the stack, with its owner."""
    for owner, module in [*_service_modules("settings"), ("stack", stack_settings)]:
        for value in vars(module).values():
            is_class = isinstance(value, type) and issubclass(value, Settings)
            if is_class and value.__module__ == module.__name__:
                yield owner, value


def _service_modules(room: str) -> Iterator[tuple[str, ModuleType]]:
    for found in pkgutil.iter_modules(services.__path__):
        name = f"services.{found.name}.{room}"
        if find_spec(name) is not None:
            yield found.name, import_module(name)


# --- permissions and errors ---------------------------------------------------------------------


def permissions_page() -> str:
    """Who may do what: permissions, the roles that hold them, the commands that need them."""
    header = ("permission", *(role.value for role in Role), "operator", "commands")
    rows = (
        (
            f"`{permission.value}`",
            *_marks(permission),
            _commands(permission),
        )
        for permission in Permission
    )
    return _page(
        "Permissions",
        "Deny by default. A grant gives a role on the organization, a unit with its subtree, or one "
        "channel. Operators run the installation and hold nothing else.",
        _table(header, rows),
        "## Between services only\n\n" + _commands(None),
    )


def _marks(permission: Permission) -> Iterator[str]:
    for holds in (*(ROLE_PERMISSIONS[role] for role in Role), OPERATOR_PERMISSIONS):
        yield "x" if permission in holds else " "


def _commands(permission: Permission | None) -> str:
    return ", ".join(f"`{n}`" for n, c in sorted(COMMANDS.items()) if c.PERMISSION is permission)


def errors_page() -> str:
    """Every refusal code and its HTTP status."""
    rows = (
        (f"`{code.value}`", str(HTTP_STATUS.get(code, 422)), title_of(code)) for code in RefusalCode
    )
    return _page(
        "Errors",
        "A refusal is a problem document (RFC 9457) with `code`, `data` and `field`; GraphQL "
        "mutations carry the same codes in `userErrors`, other fields in `extensions.code`.",
        _table(("code", "HTTP", "title"), rows),
    )


# --- writing ------------------------------------------------------------------------------------

PAGES: Final[dict[str, Callable[[], str]]] = {
    "facts.md": facts_page,
    "metrics.md": metrics_page,
    "settings.md": settings_page,
    "permissions.md": permissions_page,
    "errors.md": errors_page,
    "asyncapi.json": lambda: json.dumps(asyncapi(), indent=2, ensure_ascii=False) + "\n",
}


def stale(folder: Path = FOLDER) -> list[str]:
    """The pages that are missing or do not say what the code says."""
    return [name for name, printed in PAGES.items() if _text(folder / name) != printed()]


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


def main(folder: Path = FOLDER) -> None:
    """Write every page."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, printed in PAGES.items():
        (folder / name).write_text(printed(), encoding="utf-8")
