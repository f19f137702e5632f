"""The set of types: everything that walks the schema starts here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from services.graphql_gateway.execution.bindings import (
    Embedded,
    FieldBinding,
    Many,
    ObjectBinding,
    Row,
    Stored,
)


class EdgePart(msgspec.Struct):
    """What the engine makes of each row of a page."""

    cursor: str
    node: Row


class PageInfoPart(msgspec.Struct):
    """Relay Cursor Connections, section 5."""

    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None
    end_cursor: str | None


class PagePart(msgspec.Struct):
    """A page as the engine hands it to the fields of a connection."""

    edges: list[EdgePart]
    nodes: list[Row]
    page_info: PageInfoPart


PAGE_INFO = ObjectBinding(
    "PageInfo",
    PageInfoPart,
    "Where a page stands in its list (Relay Cursor Connections).",
    {
        "hasNextPage": Stored("has_next_page", "Whether more follows; exact when paging forward."),
        "hasPreviousPage": Stored(
            "has_previous_page", "Whether something precedes; exact when paging backward."
        ),
        "startCursor": Stored("start_cursor", "Cursor of the first edge."),
        "endCursor": Stored("end_cursor", "Cursor of the last edge."),
    },
)


def _edge(name: str) -> ObjectBinding:
    return ObjectBinding(
        f"{name}Edge",
        EdgePart,
        f"One {name} in a list, with its place.",
        {
            "cursor": Stored("cursor", "The place of this edge in its list."),
            "node": Embedded("node", name, f"The {name}."),
        },
    )


def _connection(name: str) -> ObjectBinding:
    return ObjectBinding(
        f"{name}Connection",
        PagePart,
        f"One page of a list of {name}.",
        {
            "edges": Embedded("edges", f"{name}Edge", "The rows with their cursors."),
            "nodes": Embedded("nodes", name, "The rows alone, for who needs no cursors."),
            "pageInfo": Embedded("page_info", "PageInfo", "Where the page stands."),
        },
    )


class Registry:
    """All types by name; connections and edges are added for every type that is listed."""

    def __init__(self, types: Iterable[ObjectBinding]) -> None:
        self.types: dict[str, ObjectBinding] = {PAGE_INFO.name: PAGE_INFO}
        for each in types:
            if each.name in self.types:
                message = f"the type {each.name} is declared twice"
                raise ValueError(message)
            self.types[each.name] = each
        for name in sorted(self._listed()):
            for wrapper in (_edge(name), _connection(name)):
                self.types[wrapper.name] = wrapper

    def _listed(self) -> set[str]:
        bindings = [b for each in self.types.values() for b in each.fields.values()]
        return {binding.type for binding in bindings if isinstance(binding, Many)}

    def __getitem__(self, name: str) -> ObjectBinding:
        return self.types[name]

    def field(self, type_name: str, name: str) -> FieldBinding:
        """The binding of one field."""
        return self.types[type_name].fields[name]

    @property
    def nodes(self) -> Mapping[str, ObjectBinding]:
        """Types that have a global id."""
        return {name: each for name, each in self.types.items() if each.is_node}
