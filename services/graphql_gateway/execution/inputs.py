"""Inputs of mutations, made from the commands they send: one mechanism for all of them."""

from __future__ import annotations

import types
from collections.abc import Mapping
from datetime import datetime
from enum import Enum, StrEnum
from typing import Any, Final, Union, get_args, get_origin

import graphene
import msgspec

from contracts.commands import Command
from contracts.refusals import Refusal, RefusalCode
from services.graphql_gateway.execution.bindings import Kind
from services.graphql_gateway.execution.globalids import parsed, stored_id
from services.graphql_gateway.execution.scalars import graphene_type

ANY_TYPE: Final = "*"
ID_FIELDS: Final[dict[str, str]] = {
    "window_id": "CalendarWindow",
    "series_id": "ContentSeries",
    "feed_id": "CalendarFeed",
    "unit_id": "Unit",
    "parent_id": "Unit",
    "channel_id": "Channel",
    "channel_ids": "Channel",
    "person_id": "Person",
    "steward_id": "Person",
    "deputy_ids": "Person",
    "grant_id": "Grant",
    "scope_id": ANY_TYPE,
    "conversation_id": "Conversation",
    "mention_id": "Mention",
    "content_id": "ContentItem",
    "delivery_id": "Delivery",
    "delivery_ids": "Delivery",
    "correction_id": "Correction",
    "task_id": "CorrectionTask",
    "hold_id": "LegalHold",
    "delegation_id": "Delegation",
    "link_id": "ReviewLink",
    "on_behalf_of": "Person",
    "to_id": "Person",
    "stop_id": "PublishingStop",
    "exempt_content_ids": "ContentItem",
    "exempt_channel_ids": "Channel",
    "exempt_unit_ids": "Unit",
    "key_id": "ApiKey",
    "session_id": "Session",
    "unit_ids": "Unit",
    "owner_id": "Person",
    "cleared_ids": "Person",
    "policy_id": "Policy",
    "waiver_id": "Waiver",
    "entry_id": "RegisterEntry",
    "seat_id": "SeatAssignment",
}
"""The word of an id field says which type it names; ``external_id`` is no id of ours."""

MOST_AT_ONCE: Final = 50
"""Orders in one mutation that takes several."""

_KINDS: Final[dict[Any, Kind]] = {
    str: Kind.TEXT,
    int: Kind.WHOLE,
    float: Kind.NUMBER,
    bool: Kind.TRUTH,
    datetime: Kind.TIME,
}


def camel(name: str) -> str:
    """``wall_time`` as ``wallTime``."""
    head, *rest = name.split("_")
    return head + "".join(each.capitalize() for each in rest)


class NameValueInput(graphene.InputObjectType):
    """One named value, such as a part of a credential."""

    name = graphene.InputField(graphene.NonNull(graphene.String), description="Its name.")
    value = graphene.InputField(graphene.NonNull(graphene.String), description="Its value.")


class Inputs:
    """Input types by struct, made once, and the way back from a client's values to a struct."""

    def __init__(self) -> None:
        self._made: dict[str, Any] = {}

    def of(self, name: str, struct: type[msgspec.Struct]) -> Any:
        """The input type of a struct."""
        if name not in self._made:
            attributes: dict[str, Any] = {"__doc__": (struct.__doc__ or name).strip()}
            for each in msgspec.structs.fields(struct):
                attributes[camel(each.name)] = self._field(each)
            self._made[name] = type(name, (graphene.InputObjectType,), attributes)
        return self._made[name]

    def many(self, name: str, struct: type[msgspec.Struct], field: str) -> Any:
        """The input type that holds a list of these."""
        inner = self.of(f"{struct.__name__}Input", struct)
        made = graphene.NonNull(graphene.List(graphene.NonNull(inner)))
        listed = graphene.InputField(made, description=f"The {field}, at most {MOST_AT_ONCE}.")
        attributes = {"__doc__": (struct.__doc__ or name).strip(), field: listed}
        return type(name, (graphene.InputObjectType,), attributes)

    def _field(self, each: Any) -> Any:
        made = self._type(each.name, each.type)
        made = graphene.NonNull(made) if each.required else made
        return graphene.InputField(made, description=_described(each))

    def _type(self, name: str, annotation: Any) -> Any:
        annotation = _inner(annotation)
        if get_origin(annotation) in {tuple, list}:
            item = self._type(name, get_args(annotation)[0])
            return graphene.List(graphene.NonNull(item))
        if get_origin(annotation) is dict:
            return graphene.List(graphene.NonNull(NameValueInput))
        if name in ID_FIELDS and annotation is str:
            return graphene.ID
        if isinstance(annotation, type) and issubclass(annotation, msgspec.Struct):
            return self.of(f"{annotation.__name__}Input", annotation)
        if isinstance(annotation, type) and issubclass(annotation, StrEnum):
            return graphene_type(annotation)
        return graphene_type(_KINDS[annotation])


def _described(each: Any) -> str:
    kind = ID_FIELDS.get(each.name)
    said = each.name.replace("_", " ")
    if kind == ANY_TYPE:
        return f"Global id: {said.removesuffix(' id')}."
    if kind:
        return f"Global id of the {kind}: {said.removesuffix(' id').removesuffix(' ids')}."
    return f"The {said}." if each.required else f"The {said}; may be left out."


def _inner(annotation: Any) -> Any:
    if get_origin(annotation) in {Union, types.UnionType}:
        return next(each for each in get_args(annotation) if each is not type(None))
    return annotation


def command_of(kind: type[Command], given: Mapping[str, Any], refs: Mapping[str, str]) -> Command:
    """The command of a client's input; Refusal InvalidArgument names the field at fault."""
    plain = _Step(refs, ("input",)).struct(kind, given)
    try:
        return msgspec.convert(plain, kind, builtin_types=(datetime,))
    except msgspec.ValidationError as error:
        raise Refusal(RefusalCode.INVALID_ARGUMENT, f"{error}.", field=("input",)) from error


class _Step:
    """Turns one value of an input back into what the command holds; ``at`` is its path."""

    def __init__(self, refs: Mapping[str, str], at: tuple[str, ...]) -> None:
        self._refs, self._at = refs, at

    def _into(self, name: str) -> _Step:
        return _Step(self._refs, (*self._at, name))

    def struct(self, kind: type[msgspec.Struct], given: Mapping[str, Any]) -> dict[str, Any]:
        """The fields that were given; what is null or left out takes the command's default."""
        found: dict[str, Any] = {}
        for each in msgspec.structs.fields(kind):
            value = given.get(camel(each.name))
            if value is not None:
                step = self._into(camel(each.name))
                found[each.name] = step.plain(each.name, _inner(each.type), value)
        return found

    def plain(self, name: str, annotation: Any, value: Any) -> Any:
        """One value."""
        if get_origin(annotation) is dict:
            return {each["name"]: each["value"] for each in value}
        if isinstance(value, list):
            inner = _inner(get_args(annotation)[0])
            return [self._into(str(n)).plain(name, inner, v) for n, v in enumerate(value)]
        if isinstance(value, Mapping):
            return self.struct(annotation, value)
        if isinstance(value, Enum):
            return value.value
        return self._ident(name, value) if name in ID_FIELDS else value

    def _ident(self, name: str, value: str) -> str:
        wanted = self._refs.get(name, ID_FIELDS[name])
        if wanted != ANY_TYPE:
            return stored_id(value, wanted, self._at)
        found = parsed(value)
        if found is None:
            raise Refusal(RefusalCode.INVALID_ARGUMENT, "This is no id.", field=self._at)
        return found[1]
