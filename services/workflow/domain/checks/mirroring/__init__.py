"""A post names the official page that says the same, and that page answers.

The public must not need an account of a company to learn what the organization says.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

import msgspec

from services.workflow.domain.checks.evidence import Evidence, Hit, Needs
from services.workflow.domain.checks.words import Span, address, hit, links
from services.workflow.domain.content.item import ContentItem

NAME: Final = "mirroring"
CLAUSE: Final = "Every post names the official page that says the same."


class Params(msgspec.Struct, frozen=True, kw_only=True):
    """``hosts``: hosts of official pages; their subdomains count too."""

    hosts: tuple[str, ...]


def needs(item: ContentItem, params: Params) -> Needs:
    """The official pages that the texts name have to have been looked at."""
    found = (page for variant in item.variants for page in _official(variant.text, params))
    return Needs(links=frozenset(address(page.text) for page in found))


def judge(item: ContentItem, evidence: Evidence, params: Params) -> Iterator[Hit]:
    """One hit per text without an official page, or whose pages do not answer."""
    for variant in item.variants:
        pages = _official(variant.text, params)
        if not pages:
            yield Hit(
                sentence="No official page is named that says the same.",
                channel_id=variant.channel_id,
                guidance=f"Link to the page on {' or '.join(params.hosts)}.",
            )
        for page in pages:
            seen = evidence.links.get(address(page.text))
            if seen is not None and not seen.is_alive:
                problem = seen.problem or f"status {seen.status}"
                sentence = f"The official page {page.text} does not answer: {problem}."
                yield hit(page, sentence, variant.channel_id)


def _official(text: str, params: Params) -> list[Span]:
    return [link for link in links(text) if _is_official(address(link.text), params)]


def _is_official(url: str, params: Params) -> bool:
    try:
        host = (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return False
    return any(host == own or host.endswith(f".{own}") for own in map(str.lower, params.hosts))
