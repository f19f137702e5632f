"""Settings: declared once with kind, default and meaning; read once, at start; all or nothing.

A settings class lists its attributes with ``setting``. ``load`` reads them from an environment that
is handed in and raises BadSettings naming every problem with its cure (STYLE 18). A secret named X
may be given as the path of a file in ``X_FILE``. A secret that has a default is a demonstration
value: outside the modes demo and test, leaving it out or using that value stops the start.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from enum import Enum, StrEnum
from pathlib import Path
from typing import Any, Final, Generic, TypeVar, cast

from chassis.errors import BadSettings
from chassis.setting_kinds import positive_seconds

T = TypeVar("T")


class Mode(StrEnum):
    """How strict a process is about secrets and doors."""

    PRODUCTION = "production"
    DEMO = "demo"
    TEST = "test"


class LogLevel(StrEnum):
    """How much a process tells."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class _Missing(Enum):
    """No default: the setting has to be given."""

    MISSING = "missing"


MISSING: Final = _Missing.MISSING


class Declaration(Generic[T]):
    """One setting as it was declared; the docs are printed from this."""

    def __init__(self, name: str, kind: Callable[[str], T], default: T | _Missing) -> None:
        self.name = name
        self.kind = kind
        self.default = default
        self.is_secret = False
        self.meaning = ""

    @property
    def is_required(self) -> bool:
        """True if leaving it out stops a process in production."""
        return self.default is MISSING or (self.is_secret and self.default is not None)

    def is_demonstration(self, value: object) -> bool:
        """True if this is the value of a secret that stands in the source for everybody to read."""
        return self.is_secret and value is not None and value == self.default

    @property
    def kind_name(self) -> str:
        """What to write, for people: ``int``, ``url``, or the allowed words."""
        if isinstance(self.kind, type) and issubclass(self.kind, Enum):
            return " | ".join(str(member.value) for member in self.kind)
        name = getattr(self.kind, "__name__", "text")
        return {"str": "text", "Path": "path"}.get(name, name.replace("_", " "))


def setting(
    name: str,
    kind: Callable[[str], T],
    *,
    default: T | _Missing = MISSING,
    secret: bool = False,
    help: str,  # noqa: A002 - the word every declaration of options uses
) -> T:
    """Declare a setting. ``kind`` turns its text into the value and raises ValueError with a cure."""
    declared = Declaration(name, kind, default)
    declared.is_secret = secret
    declared.meaning = help
    return cast("T", declared)  # the attribute is replaced by its value in load()


class Settings:
    """Base of every settings class; instances are read-only and never print a secret."""

    mode: Mode = setting(
        "ROSTRUM_MODE",
        Mode,
        default=Mode.PRODUCTION,
        help="How strict the process is: demo and test accept demonstration secrets.",
    )

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"settings are read-only: {name}")

    def __repr__(self) -> str:
        shown = (
            f"{attribute}={'***' if item.is_secret else repr(getattr(self, attribute))}"
            for attribute, item in declarations(type(self)).items()
        )
        return f"{type(self).__name__}({', '.join(shown)})"


S = TypeVar("S", bound=Settings)


def declarations(cls: type[Settings]) -> dict[str, Declaration[Any]]:
    """Every setting of a class and of its bases, by attribute, bases first."""
    found: dict[str, Declaration[Any]] = {}
    for base in reversed(cls.__mro__):
        found.update((k, v) for k, v in vars(base).items() if isinstance(v, Declaration))
    return found


def load(cls: type[S], environ: Mapping[str, str]) -> S:
    """The settings of ``environ``; raises BadSettings with every problem at once."""
    problems: list[str] = []
    values = dict(_values(cls, environ, problems))
    problems.extend(_demonstration_secrets(cls, values))
    if problems:
        raise BadSettings(problems)
    item = cls()
    vars(item).update(values)
    return item


def _values(
    cls: type[Settings], environ: Mapping[str, str], problems: list[str]
) -> Iterator[tuple[str, Any]]:
    for attribute, declared in declarations(cls).items():
        try:
            yield attribute, value_of(declared, environ)
        except ValueError as wrong:
            problems.append(f"{declared.name}: {wrong}")


def value_of(declared: Declaration[T], environ: Mapping[str, str]) -> T:
    """One setting; ValueError says what is wrong and how to cure it."""
    text = _text(declared, environ)
    if text is not None:
        return _converted(declared, text)
    if declared.default is MISSING:
        raise ValueError(_cure(declared))
    return declared.default


def _converted(declared: Declaration[T], text: str) -> T:
    try:
        return declared.kind(text)
    except ValueError as wrong:
        shown = "what was given" if declared.is_secret else repr(text)
        cause = "" if declared.is_secret else f" ({wrong})"
        raise ValueError(f"{shown} is not {declared.kind_name}{cause}") from wrong


def _cure(declared: Declaration[Any]) -> str:
    way = f" or {declared.name}_FILE to a file that holds it" if declared.is_secret else ""
    return f"is missing: set it to {declared.kind_name}{way} ({declared.meaning})"


def _text(declared: Declaration[Any], environ: Mapping[str, str]) -> str | None:
    """The text of a setting, None if it is left out; empty counts as left out."""
    plain = environ.get(declared.name) or None
    path = environ.get(f"{declared.name}_FILE") if declared.is_secret else None
    if not path:
        return plain
    if plain is not None:
        raise ValueError(f"is given twice: keep either {declared.name} or {declared.name}_FILE")
    return _file_text(declared.name, Path(path))


def _file_text(name: str, path: Path) -> str:
    try:
        text = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as wrong:
        raise ValueError(f"{name}_FILE names {path}, which cannot be read: {wrong}") from wrong
    if not text:
        raise ValueError(f"{name}_FILE names {path}, which is empty")
    return text


def _demonstration_secrets(cls: type[Settings], values: Mapping[str, Any]) -> Iterator[str]:
    if values.get("mode", Mode.PRODUCTION) is not Mode.PRODUCTION:
        return
    for attribute, declared in declarations(cls).items():
        if declared.is_demonstration(values.get(attribute)):
            yield (
                f"{declared.name}: has its demonstration value, which everybody knows: set it, "
                f"or {declared.name}_FILE, to a secret of this installation"
            )


def metrics_folder() -> Path | None:
    """The folder where the workers of a web server share their metrics; None for one process.

    prometheus_client reads this variable by itself and at import, so no declaration can carry it.
    """
    folder = os.environ.get("PROMETHEUS_MULTIPROC_DIR")
    return Path(folder) if folder else None


NOTICE: Final = setting(
    "ROSTRUM_NOTICE_SECONDS",
    positive_seconds,
    default=1.0,
    help="How long a web process that was told to stop says so at /readyz before it refuses "
    "connections: longer than the load balancer takes to look.",
)


def notice_seconds() -> float:
    """The one setting that the web server itself needs, before there is an app."""
    declared = cast("Declaration[float]", NOTICE)
    return value_of(declared, os.environ)
