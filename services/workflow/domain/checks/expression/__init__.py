"""The organization's own checks, in the Common Expression Language (github.com/google/cel-spec).

The expression says what has to hold; where it is false, or cannot be judged, there is a finding.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache
from typing import Any, Final

import cel
import msgspec

from contracts.workflow.content import Variant
from services.workflow.domain.checks.evidence import Evidence, Hit, Need, Needs
from services.workflow.domain.checks.expression.checking import TypeProblem, check_types
from services.workflow.domain.checks.expression.parsing import NotCel, parse
from services.workflow.domain.checks.expression.variables import TYPES, values_of
from services.workflow.domain.content.item import ContentItem

NAME: Final = "expression"
CLAUSE: Final = "A rule of the organization's own holds."
LONGEST: Final = 1000
MOST_MACROS: Final = 2
"""Of all, exists, map ... in one expression: with lists cut to 100, at most 10,000 steps."""


class Params(msgspec.Struct, frozen=True, kw_only=True):
    """``expression``: true where everything is well; ``sentence``: what to say where it is not."""

    expression: str
    sentence: str = ""


def refuse(params: Params) -> str:
    """What is wrong with the expression; empty if it can run."""
    if len(params.expression) > LONGEST:
        return f"An expression has at most {LONGEST} characters."
    try:
        kind = check_types(parse(params.expression), TYPES, most_macros=MOST_MACROS)
        _try_out(params.expression)
    except (NotCel, TypeProblem) as wrong:
        return str(wrong)
    except (RuntimeError, ValueError) as wrong:
        return f"This is no expression: {str(wrong).splitlines()[0]}"
    return "" if kind == "bool" else f"The expression says a {kind}; it has to be true or false."


def _try_out(expression: str) -> None:
    """Compile it and run it on an empty post: patterns that are too large show here."""
    blank: dict[str, Any] = dict.fromkeys(TYPES, 0) | {
        name: [] if kind.startswith("list") else "" if kind == "string" else False
        for name, kind in TYPES.items()
        if kind != "int"
    }
    with suppress(ArithmeticError, LookupError):
        program_of(expression).execute(blank)


def needs(_item: ContentItem, _params: Params) -> Needs:
    """The channels' platforms."""
    return Needs(names=frozenset({Need.CHANNELS}))


def judge(item: ContentItem, evidence: Evidence, params: Params) -> Iterator[Hit]:
    """One hit per variant for which the expression is not true."""
    for variant in item.variants:
        wrong = _wrong(item, variant, evidence, expression=params.expression)
        if wrong is not None:
            yield Hit(
                sentence=params.sentence or wrong or CLAUSE,
                channel_id=variant.channel_id,
                evidence=wrong or params.expression[:200],
            )


def _wrong(
    item: ContentItem, variant: Variant, evidence: Evidence, *, expression: str
) -> str | None:
    """None if it holds; why it could not be judged, or nothing, if it does not."""
    try:
        holds = program_of(expression).execute(values_of(item, variant, evidence))
    except (ArithmeticError, LookupError, RuntimeError, TypeError, ValueError) as failed:
        return f"The rule could not be judged: {str(failed).splitlines()[0][:150]}"
    return None if holds is True else ""


@lru_cache(maxsize=1024)
def program_of(expression: str) -> Any:
    """The compiled expression; raises ValueError."""
    return cel.compile(expression)
