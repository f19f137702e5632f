"""Runs the clauses in force over one item: pure, from clauses and evidence to findings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

import msgspec

from contracts.workflow.content import Finding
from contracts.workflow.policies import CheckSpec, Clause, Severity
from services.workflow.domain.checks import Check, english, params_of, shelf
from services.workflow.domain.checks.evidence import Evidence, Hit, Needs
from services.workflow.domain.content.item import ContentItem
from services.workflow.domain.policies.entities import PolicyVersion, Waiver

HOUSE: Final = "house."
"""Before the id of a clause that Rostrum itself brings: it cannot be waived."""
PENDING: Final = "evidence"
"""The ``check`` of a finding that says that something has to be fetched first."""


class Running(msgspec.Struct, frozen=True, kw_only=True):
    """A clause that runs over an item."""

    clause: Clause
    check: Any
    params: Any
    policy_id: str | None = None
    version: int | None = None


def _house(name: str) -> Running:
    check = shelf()[name]
    clause = Clause(
        id=f"{HOUSE}{name}",
        number="",
        text=check.CLAUSE,
        severity=Severity.BLOCK,
        check=CheckSpec(kind=name),
    )
    return Running(clause=clause, check=check, params=check.Params())


@lru_cache(maxsize=1)
def house_clauses() -> tuple[Running, ...]:
    """What holds without any policy: what the channel takes, and what is on the register."""
    return (_house("register"), _house("text_length"))


@lru_cache(maxsize=4096)
def _prepared(spec: CheckSpec) -> tuple[Check, Any]:
    check = shelf()[spec.kind]
    return check, params_of(check, spec)


def running(
    versions: Iterable[PolicyVersion], item: ContentItem, lineage: Sequence[str], *, at: datetime
) -> tuple[Running, ...]:
    """The clauses with a check that apply to the item now, and the house's where none replaces them.

    ``lineage`` is the item's unit with those above it. A house clause is replaced only by a blocking
    clause with the same check that covers every channel, unit and kind.
    """
    found = tuple(
        one
        for version in versions
        if version.is_in_force(at)
        for one in _of_version(version)
        if applies(one.clause, item, lineage, at=at)
    )
    replaced = {one.check.NAME for one in found if _replaces_house(one.clause)}
    return (*(one for one in house_clauses() if one.check.NAME not in replaced), *found)


def _of_version(version: PolicyVersion) -> Iterator[Running]:
    for clause in version.clauses:
        if clause.check is not None:
            check, params = _prepared(clause.check)
            yield Running(
                clause=clause,
                check=check,
                params=params,
                policy_id=version.policy_id,
                version=version.n,
            )


def applies(clause: Clause, item: ContentItem, lineage: Sequence[str], *, at: datetime) -> bool:
    """Whether the clause is about this item at all."""
    return (
        (clause.effective_from is None or clause.effective_from <= at)
        and (clause.effective_to is None or at < clause.effective_to)
        and (not clause.kinds or item.kind in clause.kinds)
        and (not clause.unit_ids or not set(clause.unit_ids).isdisjoint(lineage))
        and (not clause.channel_ids or not set(clause.channel_ids).isdisjoint(item.channel_ids))
    )


def warm_up() -> None:
    """Load the shelf and its dictionary now (half a second), not when somebody types."""
    house_clauses()
    english.syllables_by_word()


def next_turn(version: PolicyVersion, after: datetime) -> datetime | None:
    """When the next of its clauses begins to run by a date of its own; None if none does."""
    dates = [clause.effective_from for clause in version.clauses if clause.effective_from]
    return min((date for date in dates if date > after), default=None)


def _replaces_house(clause: Clause) -> bool:
    is_narrow = clause.channel_ids or clause.unit_ids or clause.kinds
    return clause.severity is Severity.BLOCK and not is_narrow


def narrowed(item: ContentItem, clause: Clause) -> ContentItem:
    """The item with the words for the clause's channels only."""
    if not clause.channel_ids:
        return item
    kept = tuple(v for v in item.variants if v.channel_id in clause.channel_ids)
    return msgspec.structs.replace(item, variants=kept)


def needs_of(item: ContentItem, clauses: Iterable[Running]) -> Needs:
    """Everything the clauses want to know about the item."""
    found = [one.check.needs(narrowed(item, one.clause), one.params) for one in clauses]
    return Needs(
        names=frozenset().union(*(need.names for need in found)),
        links=frozenset().union(*(need.links for need in found)),
    )


def judge(
    item: ContentItem,
    clauses: Iterable[Running],
    evidence: Evidence,
    *,
    waivers: Iterable[Waiver] = (),
) -> tuple[Finding, ...]:
    """What the clauses find; ``waivers`` are those that hold now."""
    excused = tuple(waivers)
    return tuple(
        _finding(one, hit, excused)
        for one in clauses
        for hit in one.check.judge(narrowed(item, one.clause), evidence, one.params)
    )


def _finding(one: Running, hit: Hit, waivers: Sequence[Waiver]) -> Finding:
    clause = one.clause
    severity = clause.severity if one.policy_id and not hit.severity else hit.severity
    finding = Finding(
        check=one.check.NAME,
        severity=(severity or clause.severity).value,
        sentence=hit.sentence,
        channel_id=hit.channel_id,
        start=hit.start,
        end=hit.end,
        policy_id=one.policy_id,
        policy_version=one.version,
        clause_id=clause.id,
        clause_number=clause.number,
        citation=clause.citation,
        guidance=" ".join(filter(None, (hit.guidance, clause.guidance))),
        evidence=hit.evidence,
        route_seats=clause.route_seats if clause.severity is Severity.ROUTE else (),
    )
    waiver = next((w for w in waivers if _excuses(w, finding)), None)
    return msgspec.structs.replace(finding, waiver_id=waiver.id) if waiver else finding


def _excuses(waiver: Waiver, finding: Finding) -> bool:
    return waiver.clause_id == finding.clause_id and mark_of(finding) in waiver.covers


def mark_of(finding: Finding) -> str:
    """What a waiver remembers of a finding: the channel, and the words."""
    return f"{finding.channel_id or ''}\n{finding.evidence}"


def pending_finding(url: str) -> Finding:
    """Stops an item until the address has been looked at."""
    return Finding(
        check=PENDING,
        severity=Severity.BLOCK.value,
        sentence=f"{url} is being looked at: submit again in a moment.",
        evidence=url,
    )
