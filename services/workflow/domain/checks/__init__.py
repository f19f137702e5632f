"""The shelf of checks: one folder per check; adding one touches no other file.

A check module exposes ``NAME``, ``CLAUSE`` (the sentence it enforces), ``Params`` (a struct of what a
clause may set), ``needs(item, params)`` (the evidence it wants) and ``judge(item, evidence, params)``,
which is pure. ``refuse(params)``, if it has one, raises Refusal at save. Samples in
``samples/*.json`` say what it finds; a generic test walks them.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, Protocol, cast

import msgspec

from contracts.workflow.policies import CheckSpec
from services.workflow.domain.checks.evidence import Evidence, Hit, Needs
from services.workflow.domain.content.item import ContentItem


class Check(Protocol):
    """What a check module looks like."""

    NAME: str
    CLAUSE: str
    Params: type[msgspec.Struct]

    def needs(self, item: ContentItem, params: Any) -> Needs:
        """The evidence that judge wants."""
        ...

    def judge(self, item: ContentItem, evidence: Evidence, params: Any) -> Iterable[Hit]:
        """What is wrong with the item; empty if nothing is."""
        ...


@cache
def shelf() -> Mapping[str, Check]:
    """Every check on the shelf by name, in the order of names."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__) if module.ispkg)
    return {name: cast("Check", importlib.import_module(f"{__name__}.{name}")) for name in names}


class BadParam(ValueError):  # noqa: N818 - what is wrong with what a person wrote
    """A setting that the check does not know, or that it cannot read."""

    def __init__(self, name: str, sentence: str) -> None:
        super().__init__(sentence)
        self.name = name


def params_of(check: Check, spec: CheckSpec) -> Any:
    """The settings of a clause as the check reads them; raises BadParam."""
    known = {each.name: each for each in msgspec.structs.fields(check.Params)}
    given: dict[str, Any] = {}
    for one in spec.params:
        if one.name not in known:
            raise BadParam(one.name, f"{check.NAME} has no setting {one.name!r}: {sorted(known)}.")
        given[one.name] = _value(known[one.name].type, one.value)
    try:
        return msgspec.convert(given, check.Params, strict=False)
    except msgspec.ValidationError as error:
        raise BadParam("", f"{error}.") from error


def _value(annotation: Any, written: str) -> Any:
    if getattr(annotation, "__origin__", None) is tuple:
        return [line.strip() for line in written.splitlines() if line.strip()]
    return written
