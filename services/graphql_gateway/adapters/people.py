"""Grants, units and names of organizations, read through workflow's read contracts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from contracts.views import stored_fields
from contracts.views.workflow import GrantView, OrganizationView, PersonView, UnitView
from services.graphql_gateway.application.ports import Place
from services.graphql_gateway.application.viewers import Standing
from services.graphql_gateway.execution.bindings import Row
from services.graphql_gateway.execution.reading import Find, Reader

_GRANT = frozenset(stored_fields(GrantView))


class ViewPeople:
    """What a person holds, as the engine's own reader finds it."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def standing(self, org_id: str, person_id: str) -> Standing:
        """Grants of an active person; nothing for anybody else."""
        reader = self._reader.of(org_id)
        wanted = Find(PersonView, {"_id": person_id}, frozenset({"is_active"}))
        people = reader.find(wanted)
        if not people or not people[0]["is_active"]:
            return Standing(())
        rows = reader.find(Find(GrantView, {"person_id": person_id}, _GRANT))
        return Standing(tuple(_decoded(GrantView, row) for row in rows))

    def parents(self, org_id: str) -> dict[str, str | None]:
        """Every unit with the one above it."""
        rows = self._reader.of(org_id).find(Find(UnitView, {}, frozenset({"parent_id"})))
        return {row["_id"]: row.get("parent_id") for row in rows}

    def places(self, org_ids: Sequence[str]) -> list[Place]:
        """Slugs and names, one read per organization: a person has few."""
        fields = frozenset({"slug", "name"})
        found = [self._reader.of(org).find(Find(OrganizationView, {}, fields)) for org in org_ids]
        return [Place(id=r["_id"], slug=r["slug"], name=r["name"]) for rows in found for r in rows]


def _decoded(view: type[GrantView], row: Row) -> GrantView:
    plain: dict[str, Any] = {**row, "id": row["_id"]}
    return msgspec.convert(plain, view)
