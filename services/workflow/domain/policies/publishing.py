"""A policy's next version: what may be published, and what it ends."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Final

import msgspec

from contracts.refusals import Refusal, RefusalCode
from contracts.workflow.policies import CheckSpec, Clause, ClauseDraft, Severity
from services.workflow.domain import wording
from services.workflow.domain.checks import BadParam, params_of, shelf
from services.workflow.domain.policies.entities import PolicyVersion

MOST_CLAUSES: Final = 200
LONGEST_NUMBER: Final = 20
LONGEST_TEXT: Final = 2000
_CODES: Final = {"expression": RefusalCode.BAD_EXPRESSION}


def clauses_of(
    drafts: Sequence[ClauseDraft], clause_id: Callable[[str], str]
) -> tuple[Clause, ...]:
    """The clauses as they are published; refuses BadClause and BadExpression with their field."""
    if not drafts:
        raise _bad("A policy has at least one clause.", "clauses")
    if len(drafts) > MOST_CLAUSES:
        raise _bad(f"A policy has at most {MOST_CLAUSES} clauses.", "clauses")
    found = tuple(
        _clause(draft, clause_id, ("clauses", str(place))) for place, draft in enumerate(drafts)
    )
    numbers = [clause.number for clause in found]
    for place, number in enumerate(numbers):
        if number in numbers[:place]:
            raise _bad(f"There are two clauses {number}.", "clauses", str(place), "number")
    return found


def _clause(draft: ClauseDraft, clause_id: Callable[[str], str], at: tuple[str, ...]) -> Clause:
    number = wording.line(draft.number, *at, "number", limit=LONGEST_NUMBER)
    text = " ".join(draft.text.split())
    if not text or len(text) > LONGEST_TEXT:
        raise _bad(f"A clause has 1 to {LONGEST_TEXT} characters.", *at, "text")
    if draft.severity is Severity.ROUTE and not draft.route_seats:
        raise _bad("A clause of severity route names the seats it adds.", *at, "routeSeats")
    if draft.check is not None:
        _check_spec(draft.check, (*at, "check"))
    fields = {name: getattr(draft, name) for name in draft.__struct_fields__}
    return Clause(id=clause_id(number), **{**fields, "number": number, "text": text})


def _check_spec(spec: CheckSpec, at: tuple[str, ...]) -> None:
    """Refuses a check that is not on the shelf, and settings that it cannot run with."""
    check = shelf().get(spec.kind)
    if check is None:
        raise _bad(f"There is no check {spec.kind!r}; there are {sorted(shelf())}.", *at, "kind")
    try:
        params = params_of(check, spec)
    except BadParam as wrong:
        raise _bad(str(wrong), *at, "params") from wrong
    problem = getattr(check, "refuse", lambda _: "")(params)
    if problem:
        code = _CODES.get(spec.kind, RefusalCode.BAD_CLAUSE)
        raise Refusal(code, problem, field=(*at, "params"))


def _bad(sentence: str, *field: str) -> Refusal:
    return Refusal(RefusalCode.BAD_CLAUSE, sentence, field=field)


def check_span(start: datetime, end: datetime | None, now: datetime) -> None:
    """Refuses a beginning in the past and an end before the beginning."""
    if start < now:
        raise Refusal(
            RefusalCode.INVALID_TIME,
            "A policy begins now or later; what was said before is judged by what was in force then.",
            field=("effectiveFrom",),
        )
    if end is not None and end <= start:
        raise Refusal(RefusalCode.INVALID_TIME, "It ends before it begins.", field=("effectiveTo",))


def ended_by(versions: Iterable[PolicyVersion], at: datetime) -> list[PolicyVersion]:
    """The versions whose end changes when a newer one begins: those to come never begin."""
    found = []
    for version in versions:
        ends_at = max(at, version.effective_from)
        if version.ends_at is None or version.ends_at > ends_at:
            found.append(msgspec.structs.replace(version, ends_at=ends_at))
    return found
