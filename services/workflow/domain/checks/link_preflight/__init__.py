"""Every link is encrypted and answers, before anybody is sent there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import msgspec

from services.workflow.domain.checks.evidence import Evidence, Hit, LinkState, Needs
from services.workflow.domain.checks.words import address, hit, links
from services.workflow.domain.content.item import ContentItem

NAME: Final = "link_preflight"
CLAUSE: Final = "Every link is encrypted and its page answers."
MOST: Final = 20
"""Links of one item that are looked at."""


class Params(msgspec.Struct, frozen=True, kw_only=True):
    """``https_only``: whether plain http is refused; ``alive``: whether the page has to answer."""

    https_only: bool = True
    alive: bool = True


def needs(item: ContentItem, params: Params) -> Needs:
    """Every address in the texts has to have been looked at."""
    if not params.alive:
        return Needs()
    found = [address(link.text) for variant in item.variants for link in links(variant.text)]
    return Needs(links=frozenset(list(dict.fromkeys(found))[:MOST]))


def judge(item: ContentItem, evidence: Evidence, params: Params) -> Iterator[Hit]:
    """One hit per link that is open, dead or leads to an open page."""
    for variant in item.variants:
        for link in links(variant.text):
            seen = evidence.links.get(address(link.text)) if params.alive else None
            wrong = _wrong(address(link.text), seen, params)
            if wrong:
                yield hit(link, wrong, variant.channel_id)


def _wrong(url: str, seen: LinkState | None, params: Params) -> str:
    if params.https_only and not url.lower().startswith("https://"):
        return f"{url} is not encrypted: link to https."
    if seen is None:
        return ""
    if not seen.is_alive:
        return f"{url} does not answer: {seen.problem or f'status {seen.status}'}."
    if params.https_only and seen.final_url and not seen.final_url.lower().startswith("https://"):
        return f"{url} leads on to {seen.final_url}, which is not encrypted."
    return ""
