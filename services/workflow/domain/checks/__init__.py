"""The shelf of checks: one folder per check; adding one touches no other file.

A check module exposes ``NAME``, ``CLAUSE`` (the sentence it enforces), ``needs(item)`` (the evidence
it wants, by name) and ``judge(item, evidence)``, which is pure. ``application`` gathers evidence.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from typing import Any, Protocol, cast

from contracts.workflow.content import Finding
from services.workflow.domain.content.item import ContentItem

Evidence = Mapping[str, Any]
"""Evidence by name: ``text_limits`` is {channel id: graphemes or None}."""


class Check(Protocol):
    """What a check module looks like."""

    NAME: str
    CLAUSE: str

    def needs(self, item: ContentItem) -> frozenset[str]:
        """Names of the evidence that judge wants."""
        ...

    def judge(self, item: ContentItem, evidence: Evidence) -> tuple[Finding, ...]:
        """What is wrong with the item; empty if nothing is."""
        ...


def shelf() -> tuple[Check, ...]:
    """Every check on the shelf, in the order of their names."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__) if module.ispkg)
    return tuple(cast("Check", importlib.import_module(f"{__name__}.{name}")) for name in names)


def judge_all(item: ContentItem, evidence: Evidence) -> tuple[Finding, ...]:
    """The findings of every check."""
    return tuple(finding for check in shelf() for finding in check.judge(item, evidence))


def needed_by(item: ContentItem) -> frozenset[str]:
    """All evidence that the shelf wants for this item."""
    return frozenset().union(*(check.needs(item) for check in shelf()))
