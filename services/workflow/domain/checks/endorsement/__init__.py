"""The organization recommends no products, companies or services.

For agencies of the United States: 5 CFR 2635.702(c), use of public office for endorsement.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import msgspec

from services.workflow.domain.checks.evidence import Evidence, Hit, Needs
from services.workflow.domain.checks.terms import hits
from services.workflow.domain.content.item import ContentItem

NAME: Final = "endorsement"
CLAUSE: Final = "The organization recommends no products, companies or services."
TERMS: Final = (
    "we recommend",
    "we endorse",
    "we love this product",
    "best product",
    "best company",
    "best in class",
    "official sponsor",
    "sponsored by",
    "brought to you by",
    "proud partner of",
    "buy now",
    "use code",
    "discount code",
    "promo code",
    "limited offer",
    "must-buy",
    "guaranteed results",
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
    return hits(item, (*params.terms, *params.more), "“{}” reads as an endorsement.")
