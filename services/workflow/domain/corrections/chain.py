"""The hash chain of an organization's corrections: every state of every correction, in one line.

Each link holds the hash of the one before, so an edit, a deletion, a reorder or a cut of the end is
found and located. A link hashes its public and its private part apart: who gets the public parts and
the hashes of the private ones can check the whole chain without reading what is private.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec

from chassis.ports import Entity
from contracts.canonical import canonical_json, content_hash
from contracts.envelope import rfc3339
from services.workflow.domain.corrections.correction import Correction

GENESIS: Final = "0" * 64
"""What the first link holds in place of a hash before it."""
EMPTY: Final = "null"
"""The public part of a correction that is not public yet."""


class ChainHead(Entity, frozen=True, kw_only=True):
    """The end of the chain, one per organization; ``numbered`` counts public corrections.

    Every link writes it, so two corrections never hold the same hash before them.
    """

    n: int = 0
    hash: str = GENESIS
    numbered: int = 0


class CorrectionEntry(Entity, frozen=True, kw_only=True):
    """One link: a correction as it stood. Written once, never changed."""

    n: int
    correction_id: str
    at: datetime
    public_json: str
    private_json: str
    private_hash: str
    previous_hash: str
    hash: str


class Flaw(msgspec.Struct, frozen=True, kw_only=True):
    """What is wrong with the chain, and where; ``n`` is the place of the link."""

    n: int
    correction_id: str
    what: str


def parts_of(correction: Correction) -> tuple[str, str]:
    """The public and the private part as canonical JSON; ``rev`` and ``seq`` say nothing here."""
    plain = msgspec.structs.asdict(correction)
    private = {k: v for k, v in plain.items() if k not in ("rev", "seq", "public")}
    public = canonical_json(correction.public).decode() if correction.public else EMPTY
    return public, canonical_json(private).decode()


def link(head: ChainHead, correction: Correction, *, ident: str, at: datetime) -> CorrectionEntry:
    """The next link, with the correction as it stands."""
    public, private = parts_of(correction)
    hidden = _digest(private)
    n = head.n + 1
    return CorrectionEntry(
        id=ident,
        org_id=correction.org_id,
        n=n,
        correction_id=correction.id,
        at=at,
        public_json=public,
        private_json=private,
        private_hash=hidden,
        previous_hash=head.hash,
        hash=content_hash([n, head.hash, correction.id, rfc3339(at), _digest(public), hidden]),
    )


def after(head: ChainHead, entry: CorrectionEntry, *, numbered: int) -> ChainHead:
    """The end of the chain with the link."""
    return msgspec.structs.replace(head, n=entry.n, hash=entry.hash, numbered=numbered)


def verify(
    entries: Sequence[CorrectionEntry], head: ChainHead | None, corrections: Iterable[Correction]
) -> list[Flaw]:
    """Everything that was changed behind our back; empty if nothing was.

    ``entries`` of one organization, in the order of ``n``. Each correction has to be what its last
    link says, and every correction that a link names has to be there.
    """
    flaws: list[Flaw] = []
    before, n = GENESIS, 0
    for entry in entries:
        flaws += _flaws_of(entry, before, n + 1)
        before, n = entry.hash, entry.n
    return [*flaws, *_at_the_end(n, before, head), *_against(entries, corrections)]


def _flaws_of(entry: CorrectionEntry, before: str, n: int) -> list[Flaw]:
    found = []
    if entry.n != n:
        found.append(_flaw(entry, f"link {n} is missing or out of its place"))
    if entry.previous_hash != before:
        found.append(_flaw(entry, "it does not follow the link before it"))
    hashed = [
        entry.n,
        entry.previous_hash,
        entry.correction_id,
        rfc3339(entry.at),
        _digest(entry.public_json),
        entry.private_hash,
    ]
    if entry.hash != content_hash(hashed) or entry.private_hash != _digest(entry.private_json):
        found.append(_flaw(entry, "its content was changed"))
    return found


def _at_the_end(n: int, before: str, head: ChainHead | None) -> list[Flaw]:
    end = head or ChainHead(id="", org_id="")
    if (end.n, end.hash) == (n, before):
        return []
    return [Flaw(n=n, correction_id="", what=f"the chain has to end with link {end.n}")]


def _against(
    entries: Sequence[CorrectionEntry], corrections: Iterable[Correction]
) -> Iterable[Flaw]:
    last = {entry.correction_id: entry for entry in entries}
    for correction in corrections:
        entry = last.pop(correction.id, None)
        if entry is None:
            yield Flaw(n=0, correction_id=correction.id, what="it is in no link")
        elif not _is_as_linked(correction, entry):
            yield _flaw(entry, "the correction is not what its last link says")
    yield from (_flaw(entry, "the correction is gone") for entry in last.values())


def _is_as_linked(correction: Correction, entry: CorrectionEntry) -> bool:
    public, private = parts_of(correction)
    pairs = ((public, entry.public_json), (private, entry.private_json))
    try:
        return all(_holds(json.loads(now), json.loads(then)) for now, then in pairs)
    except ValueError:  # the link itself was changed, which is told of it apart
        return False


def _holds(now: Any, then: Any) -> bool:
    """Whether all of what was linked is there still; shapes only ever gain fields."""
    match now, then:
        case dict(), dict():
            return all(key in now and _holds(now[key], then[key]) for key in then)
        case list(), list():
            pairs = zip(now, then, strict=False)
            return len(now) == len(then) and all(_holds(a, b) for a, b in pairs)
        case _:
            return bool(now == then)


def _flaw(entry: CorrectionEntry, what: str) -> Flaw:
    return Flaw(n=entry.n, correction_id=entry.correction_id, what=what)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
