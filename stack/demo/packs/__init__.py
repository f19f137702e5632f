"""Policy packs: policies as data, read into the commands that publish them."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import msgspec
import yaml

from contracts.workflow.content import ContentKind
from contracts.workflow.policies import CheckSpec, ClauseDraft, Param, PublishPolicy, Severity

FOLDER: Final = Path(__file__).parent
PACKS: Final = tuple(sorted(path.stem for path in FOLDER.glob("*.yaml")))


class PackClause(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A clause as it is written in a pack."""

    number: str
    text: str
    severity: Severity
    citation: str = ""
    guidance: str = ""
    check: str | None = None
    params: dict[str, str | bool | int | float | list[str]] = {}
    kinds: tuple[ContentKind, ...] = ()
    route_seats: tuple[str, ...] = ()


class PackPolicy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A policy of a pack."""

    name: str
    clauses: tuple[PackClause, ...]
    summary: str = ""


def pack(name: str) -> list[PublishPolicy]:
    """The commands that publish a pack, in its order."""
    read = yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
    return [_order(policy) for policy in msgspec.convert(read, list[PackPolicy])]


def _order(policy: PackPolicy) -> PublishPolicy:
    clauses = tuple(_clause(clause) for clause in policy.clauses)
    return PublishPolicy(name=policy.name, clauses=clauses, summary=policy.summary)


def _clause(clause: PackClause) -> ClauseDraft:
    params = tuple(Param(name=name, value=_text(given)) for name, given in clause.params.items())
    return ClauseDraft(
        number=clause.number,
        text=clause.text,
        citation=clause.citation,
        guidance=clause.guidance,
        severity=clause.severity,
        check=CheckSpec(kind=clause.check, params=params) if clause.check else None,
        kinds=clause.kinds,
        route_seats=clause.route_seats,
    )


def _text(given: Any) -> str:
    """As people write settings: a list has one entry per line, truth is true or false."""
    if isinstance(given, list):
        return "\n".join(given)
    return str(given).lower() if isinstance(given, bool) else str(given)
