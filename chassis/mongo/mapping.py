"""Which entity is stored in which document, and how one becomes the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

import mongoengine as me
import msgspec

from chassis.ports import Entity

E = TypeVar("E", bound=Entity)


@dataclass(frozen=True)
class Mapping(Generic[E]):
    """``version`` is the shape that is written as ``v``; readers take it and the one before."""

    entity: type[E]
    document: type[me.Document]
    version: int = 1

    @property
    def collection(self) -> str:
        """Where the documents live; the read contracts use the same name."""
        name: str = self.document._get_collection_name()  # noqa: SLF001 - the only reader there is
        return name

    def to_stored(self, entity: Entity) -> dict[str, Any]:
        """The document: times and bytes as they are, enumerations as text, structs as objects."""
        fields = msgspec.to_builtins(entity, builtin_types=(datetime, bytes))
        return {"_id": fields.pop("id"), **fields, "v": self.version}

    def from_stored(self, stored: dict[str, Any]) -> E:
        """The entity; msgspec.ValidationError if the document is not of this shape."""
        stored["id"] = stored.pop("_id")
        return msgspec.convert(stored, self.entity)

    def validate(self, stored: dict[str, Any]) -> None:
        """Mongoengine's ValidationError or FieldDoesNotExist where the declaration disagrees."""
        self.document._from_son(stored).validate()  # noqa: SLF001 - how mongoengine reads documents


class Mappings:
    """The mappings of one service, by entity."""

    def __init__(self, mappings: Iterable[Mapping[Any]]) -> None:
        self._by_entity: dict[type[Entity], Mapping[Any]] = {}
        for mapping in mappings:
            self._by_entity[mapping.entity] = mapping

    def __iter__(self) -> Iterator[Mapping[Any]]:
        return iter(self._by_entity.values())

    def of(self, kind: type[E]) -> Mapping[E]:
        """The mapping of an entity's class; LookupError names the class without one."""
        try:
            return self._by_entity[kind]
        except KeyError:
            raise LookupError(f"{kind.__name__} has no mapping") from None
