"""The bytes of what a delivery attaches, from the store of media."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from chassis.errors import Refusal
from contracts.workflow.deliveries import DeliveryAction, Lease, Outcome
from services.ingest.application.ports import Files
from services.ingest.domain.publishing.post import SendResult


class Gathered(msgspec.Struct, frozen=True):
    """Bytes by hash, or how the try ends because some are not to be had."""

    files: Mapping[str, bytes] = {}
    lost: SendResult | None = None


def gathered(files: Files, org_id: str, lease: Lease) -> Gathered:
    """A store that is away is tried again; bytes that nobody has need a person."""
    try:
        return Gathered({sha256: files.get(org_id, sha256) for sha256 in _named(lease)})
    except Refusal:
        detail = "A file that is attached is not in the store: upload it again."
        return Gathered(lost=SendResult(outcome=Outcome.REFUSED, detail=detail))
    except OSError as away:
        detail = f"The store of media cannot be read: {away}"
        return Gathered(lost=SendResult(outcome=Outcome.NOT_APPLIED, detail=detail))


def _named(lease: Lease) -> Iterator[str]:
    if lease.action is DeliveryAction.DELETE:
        return
    for one in lease.media:
        yield one.hash
        if one.captions:
            yield one.captions
