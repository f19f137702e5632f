"""The public ledger, read through workflow's read contracts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import msgspec

from contracts.refusals import not_found
from contracts.views.corrections import CorrectionEntryView, CorrectionView
from contracts.views.workflow import OrganizationView
from contracts.workflow.corrections import PublicCorrection
from services.graphql_gateway.application.public_ledger import Chain, ChainLink, LedgerPage
from services.graphql_gateway.execution.bindings import Row
from services.graphql_gateway.execution.cursors import Order
from services.graphql_gateway.execution.reading import Find, OrgReader, Reader

PAGE: Final = 50
LINKS: Final = 200
NEWEST: Final = Order("number", is_descending=True)
FROM_THE_START: Final = Order("n", is_descending=False)


class ViewLedger:
    """See PublicLedger; fields outside its two structs are never read."""

    def __init__(self, reader: Reader, org_of: Callable[[str], str]) -> None:
        self._reader, self._org_of = reader, org_of

    def page(self, slug: str, before: int | None = None) -> LedgerPage:
        """Up to fifty corrections, the newest first, below a number if given."""
        reader = self._reader.of(self._org_of(slug))
        name = _name(reader, slug)
        below: Row = {"number": {"$lt": before}} if before is not None else {}
        found = _public(reader, below, PAGE + 1)
        shown = found[:PAGE]
        older = shown[-1].number if len(found) > PAGE else None
        return LedgerPage(organization=name, slug=slug, corrections=tuple(shown), older=older)

    def one(self, slug: str, number: int) -> LedgerPage:
        """One correction; NotFound for numbers that were not given yet."""
        reader = self._reader.of(self._org_of(slug))
        name = _name(reader, slug)
        found = _public(reader, {"number": number}, 1)
        if not found:
            raise not_found("correction", str(number))
        return LedgerPage(organization=name, slug=slug, corrections=tuple(found))

    def chain(self, slug: str, after: int = 0) -> Chain:
        """The links after a place; who has them all can check that nothing was changed since."""
        reader = self._reader.of(self._org_of(slug))
        name = _name(reader, slug)
        fields = frozenset(ChainLink.__struct_fields__)
        wanted = Find(CorrectionEntryView, {"n": {"$gt": after}}, fields, FROM_THE_START, LINKS + 1)
        rows = reader.find(wanted)
        links = tuple(msgspec.convert(_only(row, fields), ChainLink) for row in rows[:LINKS])
        return Chain(
            organization=name, links=links, next=links[-1].n if len(rows) > LINKS else None
        )


def _only(row: Row, fields: frozenset[str]) -> Row:
    return {name: row[name] for name in fields}


def _name(reader: OrgReader, slug: str) -> str:
    rows = reader.find(Find(OrganizationView, {"slug": slug}, frozenset({"name"})))
    if not rows:
        raise not_found("organization", slug)
    return str(rows[0]["name"])


def _public(reader: OrgReader, where: Row, limit: int) -> list[PublicCorrection]:
    fields = frozenset({"public", "number"})
    rows = reader.find(Find(CorrectionView, {"is_public": True, **where}, fields, NEWEST, limit))
    return [msgspec.convert(row["public"], PublicCorrection) for row in rows]
