"""Official accounts take no side in elections.

For agencies of the United States: the Hatch Act, 5 U.S.C. 7321-7326.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import msgspec

from services.workflow.domain.checks.evidence import Evidence, Hit, Needs
from services.workflow.domain.checks.terms import hits
from services.workflow.domain.content.item import ContentItem

NAME: Final = "political_activity"
CLAUSE: Final = "Official accounts take no side in elections."
TERMS: Final = (
    "vote for",
    "vote against",
    "vote yes on",
    "vote no on",
    "re-elect",
    "reelect",
    "elect our",
    "campaign donation",
    "donate to the campaign",
    "support the candidate",
    "our candidate",
    "defeat the candidate",
    "campaign rally",
    "join the campaign",
    "paid for by",
    "party headquarters",
)


class Params(msgspec.Struct, frozen=True, kw_only=True):
    """``terms``: the phrases; ``more``: added to them."""

    terms: tuple[str, ...] = TERMS
    more: tuple[str, ...] = ()


def needs(_item: ContentItem, _params: Params) -> Needs:
    """Nothing but the item."""
    return Needs()


def judge(item: ContentItem, _evidence: Evidence, params: Params) -> Iterator[Hit]:
    """One hit per phrase."""
    return hits(item, (*params.terms, *params.more), "“{}” reads as taking a side in an election.")
