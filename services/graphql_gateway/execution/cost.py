"""What an operation costs, known before anything is read.

Points: every binding's own cost, times the size of every list it stands in. A page counts as long
as it was asked to be (``first`` or ``last``), whether or not so many rows exist.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from services.graphql_gateway.execution.bindings import Many, NodeById, Refs
from services.graphql_gateway.execution.selection import Pick

DEFAULT_PAGE: Final = 20
LARGEST_PAGE: Final = 100


def cost_of(picks: Iterable[Pick]) -> int:
    """The points of these picks together."""
    return sum(_cost(pick) for pick in picks)


def _cost(pick: Pick) -> int:
    below = max((cost_of(picks) for picks in pick.below.values()), default=0)
    return pick.binding.cost + _times(pick) * below


def _times(pick: Pick) -> int:
    match pick.binding:
        case Many():
            # A size outside its bounds is refused later; it must not make the rest look cheap.
            return min(max(page_size(pick), 1), LARGEST_PAGE)
        case Refs(most=most):
            return most
        case NodeById(is_list=True):
            return len(pick.args["ids"])
    return 1


def page_size(pick: Pick) -> int:
    """How many rows a page was asked to have."""
    asked = pick.args.get("last") if pick.args.get("first") is None else pick.args["first"]
    return DEFAULT_PAGE if asked is None else int(asked)
