"""Read contracts: what the gateway may read of the owners' collections.

A view names its owner, the collection and, as a struct, the stored fields with their types. A test
on the owner's side writes through the owner's own commands and decodes every stored document with
the struct; a test on the gateway's side refuses a binding that names a field outside it.
"""

from __future__ import annotations

from typing import Any, ClassVar, Final, TypeVar

import msgspec


class View(msgspec.Struct, frozen=True, kw_only=True):
    """A stored document as the gateway may see it; ``id`` is stored as ``_id``."""

    OWNER: ClassVar[str] = ""
    COLLECTION: ClassVar[str] = ""


V = TypeVar("V", bound=View)
VIEWS: Final[dict[tuple[str, str], type[View]]] = {}


def view(owner: str, collection: str) -> Any:
    """Register a read contract."""

    def register(cls: type[V]) -> type[V]:
        cls.OWNER, cls.COLLECTION = owner, collection
        VIEWS[owner, collection] = cls
        return cls

    return register


def stored_fields(cls: type[View]) -> dict[str, Any]:
    """Stored name -> type of every field a view allows."""
    return {("_id" if f.name == "id" else f.name): f.type for f in msgspec.structs.fields(cls)}
