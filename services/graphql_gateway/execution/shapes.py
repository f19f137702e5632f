"""What a read contract says about a stored path: its type, whether it may be null, whether a list."""

from __future__ import annotations

import types
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, Final, Union, get_args, get_origin

import msgspec

from services.graphql_gateway.execution.bindings import Kind, Row


class UnknownField(LookupError):  # noqa: N818
    """A binding names a field that its read contract does not allow."""


@dataclass(frozen=True)
class Shape:
    """The type at a path: a scalar type, a struct, or anything else as it is."""

    type: Any
    is_required: bool = True
    is_list: bool = False


_KINDS: Final[dict[Any, Kind]] = {
    str: Kind.TEXT,
    int: Kind.WHOLE,
    float: Kind.NUMBER,
    bool: Kind.TRUTH,
    datetime: Kind.TIME,
    date: Kind.DAY,
    dict[str, Any]: Kind.JSON,
}


def kind_of(shape: Shape) -> Kind:
    """The scalar a shape maps to; UnknownField for what has none."""
    try:
        return _KINDS[shape.type]
    except (KeyError, TypeError):
        message = f"no scalar stands for {shape.type!r}"
        raise UnknownField(message) from None


@cache
def shape_at(view: type[msgspec.Struct], path: str) -> Shape:
    """The shape at a dotted path; a null anywhere on the way makes the end null."""
    shape = Shape(view)
    for name in path.split("."):
        step = _shape(_field(shape.type, name))
        shape = Shape(step.type, shape.is_required and step.is_required, step.is_list)
    return shape


def _field(owner: Any, name: str) -> Any:
    wanted = "id" if name == "_id" else name
    if isinstance(owner, type) and issubclass(owner, msgspec.Struct):
        for each in msgspec.structs.fields(owner):
            if each.name == wanted:
                return each.type
    message = f"{getattr(owner, '__name__', owner)} has no field {name!r}"
    raise UnknownField(message)


def _shape(annotation: Any) -> Shape:
    if get_origin(annotation) in {Union, types.UnionType}:
        inner = [each for each in get_args(annotation) if each is not type(None)]
        step = _shape(inner[0])
        return Shape(step.type, len(inner) == len(get_args(annotation)), step.is_list)
    if get_origin(annotation) in {list, tuple}:
        return Shape(get_args(annotation)[0], is_list=True)
    return Shape(annotation)


@cache
def default_at(view: type[msgspec.Struct], path: str) -> Any:
    """What a document that was stored before the field was there counts as; None if it has to be."""
    owner, _, name = path.rpartition(".")
    holder = shape_at(view, owner).type if owner else view
    for each in msgspec.structs.fields(holder):
        if each.name == name:
            made = each.default_factory
            return each.default if made is msgspec.NODEFAULT else made()
    return None


def value_at(view: type[msgspec.Struct], row: Row, path: str) -> Any:
    """The value at a dotted path, or the read contract's default."""
    value = dig(row, path)
    if value is not None:
        return value
    default = default_at(view, path)
    return None if default is msgspec.NODEFAULT else default


def dig(row: Row, path: str) -> Any:
    """The value at a dotted path; None where the way ends early."""
    value: Any = row
    for name in path.split("."):
        if value is None:
            return None
        value = value.get(name)
    return value
