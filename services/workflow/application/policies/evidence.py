"""Gathers what the checks want to know: from the store, and from the outside by asking ingest."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Final

import msgspec

from chassis.ports import Work
from contracts.workflow.content import ContentState
from contracts.workflow.policies import EvidenceWanted
from services.workflow.domain.channels.entities import Channel
from services.workflow.domain.checks.evidence import (
    ChannelFacts,
    Evidence,
    LinkState,
    Need,
    Needs,
    Neighbour,
    RegisterTerm,
)
from services.workflow.domain.content.item import ContentItem
from services.workflow.domain.policies.entities import LinkSeen, RegisterEntry

FRESH: Final = timedelta(hours=24)
"""How long what was seen at a link counts when an item is submitted."""
ASK_AGAIN: Final = timedelta(minutes=1)
"""A question without an answer is asked again after this; ingest may have been down."""
ERA_SECONDS: Final = 7 * 24 * 3600
"""Rows are purged two eras after they were asked for (adapters/documents_policies.py)."""
NEIGHBOURS_BACK: Final = timedelta(days=30)
MOST_NEIGHBOURS: Final = 100
MOST_ENTRIES: Final = 5000
OUT: Final = (
    ContentState.SCHEDULED,
    ContentState.PUBLISHING,
    ContentState.PUBLISHED,
    ContentState.PARTIALLY_PUBLISHED,
    ContentState.UNCONFIRMED,
)


class Gathered(msgspec.Struct, frozen=True, kw_only=True):
    """The evidence, and the addresses that somebody has to look at first."""

    evidence: Evidence
    pending: tuple[str, ...]


def gather(item: ContentItem, needs: Needs, work: Work, *, asks: frozenset[str]) -> Gathered:
    """Missing and old addresses are pending; those in ``asks`` are asked for in this transaction."""
    seen = _links(needs.links, work)
    old = tuple(sorted(url for url in needs.links if _is_old(seen.get(url), work)))
    for url in old:
        if url in asks:
            _ask(url, seen.get(url), work)
    evidence = Evidence(
        channels=_channels(item, work) if Need.CHANNELS in needs.names else {},
        links={url: _state(one) for url, one in seen.items() if one.looked_at is not None},
        register=_register(work) if Need.REGISTER in needs.names else (),
        neighbours=_neighbours(work) if Need.NEIGHBOURS in needs.names else (),
    )
    return Gathered(evidence=evidence, pending=old)


def link_id(url: str, work: Work, *, ago: int = 0) -> str:
    """One row per address, organization and era, ``ago`` eras back.

    A row that is purged never comes back under its id: the sequences of its facts would begin anew.
    """
    era = int(work.now.timestamp()) // ERA_SECONDS - ago
    return work.ids.derived("link", work.org_id, url, str(era))


def _links(urls: Iterable[str], work: Work) -> dict[str, LinkSeen]:
    """The row of each address that was asked for last, in this era or the one before."""
    idents = [link_id(url, work, ago=ago) for url in urls for ago in (0, 1)]
    rows = work.find(LinkSeen, id=idents) if idents else []
    return {row.url: row for row in sorted(rows, key=lambda row: row.asked_at)}


def _is_old(seen: LinkSeen | None, work: Work) -> bool:
    return seen is None or seen.looked_at is None or work.now - seen.looked_at > FRESH


def _ask(url: str, seen: LinkSeen | None, work: Work) -> None:
    wanted = EvidenceWanted(evidence_id=link_id(url, work), url=url, asked_at=work.now)
    if seen is None or seen.id != wanted.evidence_id:
        row = LinkSeen(id=wanted.evidence_id, org_id=work.org_id, url=url, asked_at=work.now)
        work.add(row, wanted)
    elif work.now - seen.asked_at > ASK_AGAIN:
        work.save(msgspec.structs.replace(seen, asked_at=work.now), wanted)


def _state(seen: LinkSeen) -> LinkState:
    return LinkState(
        looked_at=seen.looked_at or seen.asked_at,
        status=seen.status,
        final_url=seen.final_url,
        problem=seen.problem,
    )


def _channels(item: ContentItem, work: Work) -> dict[str, ChannelFacts]:
    found = (work.get(Channel, channel_id) for channel_id in item.channel_ids)
    return {
        one.id: ChannelFacts(
            platform=one.platform.value, text_limit=one.text_limit, handle=one.handle
        )
        for one in found
    }


def _register(work: Work) -> tuple[RegisterTerm, ...]:
    entries = work.find(RegisterEntry, is_removed=False, limit=MOST_ENTRIES)
    return tuple(
        RegisterTerm(
            id=one.id,
            kind=one.kind,
            text=one.text,
            reason_class=one.reason_class,
            severity=one.severity,
            safe_line=one.safe_line,
            may_say=frozenset(one.cleared_ids) if one.cleared_may_say else frozenset(),
        )
        for one in entries
        if one.is_in_force(work.now)
    )


def _neighbours(work: Work) -> tuple[Neighbour, ...]:
    states = [state.value for state in OUT]
    items = work.find(ContentItem, state=states, order="-updated_at", limit=MOST_NEIGHBOURS)
    return tuple(
        Neighbour(content_id=one.id, channel_id=variant.channel_id, text=variant.text)
        for one in items
        if work.now - one.updated_at < NEIGHBOURS_BACK
        for variant in one.variants
    )
