"""How a service's refusal reads in GraphQL: ids as clients know them, names as the schema has them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from contracts.refusals import Refusal
from services.graphql_gateway.execution.globalids import parsed, public_id
from services.graphql_gateway.execution.inputs import ANY_TYPE, ID_FIELDS, camel


def sentence_of(refusal: Refusal, given: Any) -> str:
    """The sentence, with the caller's own ids where it names the stored ones."""
    sentence = refusal.sentence
    for shown, stored in _ids_in(given):
        sentence = sentence.replace(stored, shown)
    return sentence


def _ids_in(given: Any) -> Iterator[tuple[str, str]]:
    """(global id, stored id) of everything in an input that is one."""
    if isinstance(given, str):
        found = parsed(given)
        if found:
            yield given, found[1]
    elif isinstance(given, Mapping):
        for value in given.values():
            yield from _ids_in(value)
    elif isinstance(given, list):
        for value in given:
            yield from _ids_in(value)


def data_of(refusal: Refusal, refs: Mapping[str, str]) -> dict[str, Any]:
    """The data for programs; ``refs`` as in the mutation's binding: id field -> type."""
    return _shown(refusal.data, {**ID_FIELDS, **refs})


def _shown(data: Mapping[str, Any], kinds: Mapping[str, str]) -> dict[str, Any]:
    return {camel(name): _value(name, value, kinds) for name, value in data.items()}


def _value(name: str, value: Any, kinds: Mapping[str, str]) -> Any:
    if isinstance(value, Mapping):
        return _shown(value, kinds)
    if isinstance(value, list | tuple):
        return [_value(name, each, kinds) for each in value]
    kind = kinds.get(name, ANY_TYPE)
    return public_id(kind, value) if isinstance(value, str) and kind != ANY_TYPE else value
