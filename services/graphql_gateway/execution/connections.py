"""Reads the pages of a connection: one operation, whether below one row or below a hundred."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, Final, cast

from contracts.refusals import Refusal, RefusalCode
from contracts.views import View
from services.graphql_gateway.execution import cursors
from services.graphql_gateway.execution.bindings import Filter, Many, Match, ObjectBinding, Row
from services.graphql_gateway.execution.cost import LARGEST_PAGE, page_size
from services.graphql_gateway.execution.cursors import Order
from services.graphql_gateway.execution.globalids import known_id
from services.graphql_gateway.execution.needs import fields_needed
from services.graphql_gateway.execution.reading import Find, both
from services.graphql_gateway.execution.selection import Pick
from services.graphql_gateway.execution.shapes import dig

if TYPE_CHECKING:
    from services.graphql_gateway.execution.loader import Loader
    from services.graphql_gateway.execution.wants import ManyWant

LONGEST_TEXT: Final = 100


@dataclass(frozen=True)
class Page:
    """One page as it was asked for: ``order`` is the one it is read in."""

    size: int
    is_backward: bool
    order: Order
    place: cursors.Place | None
    bound_to: str


def read(loader: Loader, want: ManyWant) -> None:
    """Read the pages of one connection and put them under its key."""
    try:
        pages = _pages(loader, want)
    except Refusal as refusal:
        for out in want.outs:
            out[want.pick.key] = refusal
        return
    type_name = f"{want.binding.type}Connection"
    loader.embed(want.pick, type_name, list(zip(pages, want.outs, strict=True)))


def _pages(loader: Loader, want: ManyWant) -> list[Row]:
    kind = loader.registry[want.binding.type]
    page = _page(loader, want, kind)
    found = _rows(loader, want, kind, page=page)
    return [_as_connection(found.get(dig(row, want.binding.key), []), page) for row in want.rows]


def _page(loader: Loader, want: ManyWant, kind: ObjectBinding) -> Page:
    pick, args = want.pick, want.pick.args
    is_backward = args.get("last") is not None
    if is_backward and args.get("first") is not None:
        raise _wrong("Ask for first or for last, not for both.", "last")
    size = page_size(pick)
    if not 1 <= size <= LARGEST_PAGE:
        sentence = f"A page has 1 to {LARGEST_PAGE} rows."
        raise _wrong(sentence, "last" if is_backward else "first")
    order = _order(want.binding, kind, args)
    org_id = loader.reader.org_id if loader.reader else ""
    bound_to = cursors.filter_hash(
        {"org": org_id, "list": pick.name, "filter": args.get("filter"), "order": order.spec}
    )
    return _placed(args, Page(size, is_backward, order, None, bound_to))


def _placed(args: Mapping[str, Any], page: Page) -> Page:
    text = args.get("before" if page.is_backward else "after")
    place = cursors.decode(text, page.bound_to) if text else None
    order = page.order.reversed if page.is_backward else page.order
    return Page(page.size, page.is_backward, order, place, page.bound_to)


def _order(binding: Many, kind: ObjectBinding, args: Mapping[str, Any]) -> Order:
    sort = args.get("sort")
    if not sort:
        return Order(binding.order, binding.is_descending)
    path = kind.sorts[_plain(sort["field"])]
    return Order(path, _plain(sort["direction"]) == "DESC")


def _rows(
    loader: Loader, want: ManyWant, kind: ObjectBinding, *, page: Page
) -> dict[Any, list[Row]]:
    binding = want.binding
    in_sight = _in_sight(loader, binding, kind)
    if loader.reader is None:
        return {}
    find = Find(
        view=binding.view or cast("type[View]", kind.view),
        where=both(in_sight, binding.where, _filters(kind, want.pick.args), _beyond(page)),
        fields=_fields(want.pick, kind, page),
        order=page.order,
        limit=page.size + 1,
    )
    keys = sorted({dig(row, binding.key) for row in want.rows} - {None})
    if binding.by is None:
        return dict.fromkeys((dig(r, binding.key) for r in want.rows), loader.reader.find(find))
    if not keys:
        return {}
    return loader.reader.find_per_key(find, binding.by, keys)


def _in_sight(loader: Loader, binding: Many, kind: ObjectBinding) -> Row:
    through = kind.scope.through
    if through is not None and binding.by == through[0]:
        return {}  # whoever sees the object above sees what belongs to it
    return loader.needed(kind)


def _beyond(page: Page) -> Row:
    return {} if page.place is None else cursors.beyond(page.place, page.order)


def _fields(pick: Pick, kind: ObjectBinding, page: Page) -> frozenset[str]:
    picks: list[Pick] = []
    for part in pick.below[f"{kind.name}Connection"]:
        if part.name == "nodes":
            picks += part.below[kind.name]
        if part.name == "edges":
            edges = part.below[f"{kind.name}Edge"]
            picks += [p for each in edges if each.name == "node" for p in each.below[kind.name]]
    return fields_needed(kind, picks) | {page.order.path.split(".", 1)[0]}


def _filters(kind: ObjectBinding, args: Mapping[str, Any]) -> Row:
    given = {name: value for name, value in (args.get("filter") or {}).items() if value is not None}
    parts = [_condition(kind.filters[name], value, name) for name, value in given.items()]
    named = {kind.filters[name].path for name in given}
    hidden = {path: rule for path, rule in kind.hidden.items() if path not in named}
    return both(hidden, *parts)


def _condition(rule: Filter, value: Any, name: str) -> Row:
    if rule.match is Match.ANY_OF:
        return {rule.path: {"$in": [_operand(rule, each) for each in value]}}
    if rule.match is Match.CONTAINS:
        if len(value) > LONGEST_TEXT:
            raise _wrong(f"At most {LONGEST_TEXT} characters can be searched for.", name)
        return {rule.path: {"$regex": re.escape(value), "$options": "i"}}
    return {rule.path: _operand(rule, value)}


def _operand(rule: Filter, value: Any) -> Any:
    if rule.argument.ref is None:
        return _plain(value)
    return known_id(value, rule.argument.ref)


def _plain(value: Any) -> Any:
    return value.value if isinstance(value, Enum) else value


def _as_connection(rows: list[Row], page: Page) -> Row:
    has_more = len(rows) > page.size
    rows = rows[: page.size]
    order = page.order
    if page.is_backward:
        rows, order = rows[::-1], page.order.reversed
    edges = [{"cursor": cursors.encode(row, order, page.bound_to), "node": row} for row in rows]
    info = {
        "has_next_page": page.place is not None if page.is_backward else has_more,
        "has_previous_page": has_more if page.is_backward else page.place is not None,
        "start_cursor": edges[0]["cursor"] if edges else None,
        "end_cursor": edges[-1]["cursor"] if edges else None,
    }
    return {"edges": edges, "nodes": rows, "page_info": info}


def _wrong(sentence: str, argument: str) -> Refusal:
    return Refusal(RefusalCode.INVALID_ARGUMENT, sentence, field=(argument,))
