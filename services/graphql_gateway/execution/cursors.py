"""Keyset pagination: opaque cursors and the filter that continues after one.

A cursor is base64url of JSON ``[version, filter hash, sort value, id]``. MongoDB sorts null before
every value, so nulls come first ascending and last descending; the filter keeps them there, because
``$gt: null`` matches nothing.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import msgspec

from contracts.canonical import content_hash
from contracts.envelope import rfc3339
from contracts.refusals import Refusal, RefusalCode
from services.graphql_gateway.execution.bindings import Row
from services.graphql_gateway.execution.shapes import dig

VERSION: Final = 1


@dataclass(frozen=True)
class Order:
    """A sort by one path, then by id, both in the same direction."""

    path: str
    is_descending: bool

    @property
    def reversed(self) -> Order:
        """The same order from the other end, for ``last`` and ``before``."""
        return Order(self.path, not self.is_descending)

    @property
    def spec(self) -> list[tuple[str, int]]:
        """As MongoDB wants it."""
        step = -1 if self.is_descending else 1
        if self.path == "_id":
            return [("_id", step)]
        return [(self.path, step), ("_id", step)]


@dataclass(frozen=True)
class Place:
    """Where a cursor points: the sort value and the id."""

    value: Any
    id: str


def filter_hash(parts: Mapping[str, Any]) -> str:
    """Binds a cursor to the list it came from: organization, field, filter and sort."""
    return content_hash(dict(parts))[:16]


def encode(row: Row, order: Order, bound_to: str) -> str:
    """The cursor of a row."""
    value = dig(row, order.path)
    plain = {"t": rfc3339(value)} if isinstance(value, datetime) else value
    body = msgspec.json.encode([VERSION, bound_to, plain, str(row["_id"])])
    return base64.urlsafe_b64encode(body).rstrip(b"=").decode()


def decode(text: str, bound_to: str) -> Place:
    """Where a cursor points; Refusal InvalidCursor if it is forged, old or of another list."""
    try:
        padded = text + "=" * (-len(text) % 4)
        body = base64.b64decode(padded, altchars=b"-_", validate=True)
        version, bound, value, ident = msgspec.json.decode(body)
        place = Place(_value(value), ident)
    except (binascii.Error, msgspec.DecodeError, ValueError, TypeError, KeyError) as error:
        raise _invalid() from error
    if version != VERSION or bound != bound_to or not isinstance(ident, str):
        raise _invalid()
    return place


def _value(plain: Any) -> Any:
    if isinstance(plain, dict):
        return datetime.fromisoformat(plain["t"])
    if plain is None or isinstance(plain, str | int | float):
        return plain
    raise TypeError


def _invalid() -> Refusal:
    return Refusal(RefusalCode.INVALID_CURSOR, "This cursor does not belong to this list.")


def beyond(place: Place, order: Order) -> Row:
    """The filter for what comes after a place in an order."""
    past = "$lt" if order.is_descending else "$gt"
    if order.path == "_id":
        return {"_id": {past: place.id}}
    same = {order.path: place.value, "_id": {past: place.id}}
    return {"$or": [same, *_further(place, order, past)]}


def _further(place: Place, order: Order, past: str) -> list[Row]:
    if place.value is None:
        return [] if order.is_descending else [{order.path: {"$ne": None}}]
    further: list[Row] = [{order.path: {past: place.value}}]
    if order.is_descending:
        further.append({order.path: None})
    return further
