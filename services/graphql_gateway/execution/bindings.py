"""Bindings: where the value of every field comes from (ARCHITECTURE 5).

A field declares its binding, its permission, its cost and its description; nobody writes a
resolver. GraphQL types, null-ness and lists follow from the read contract the binding names, so a
field cannot promise what the owner does not keep. What executes them is another matter: today a
batched loader under graphql-core, later compiled plans.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, StrEnum
from typing import Any, Final

import msgspec

from contracts.commands import Command
from contracts.permissions import Permission
from contracts.topics import Topic
from contracts.views import View
from services.graphql_gateway.domain.viewer import Viewer
from services.graphql_gateway.execution.beside import Beside

Row = dict[str, Any]
"""A stored document, or an embedded part of one, as the driver gives it."""


class Kind(StrEnum):
    """Scalars of the schema; what a read contract's types map to."""

    TEXT = "String"
    ID = "ID"
    WHOLE = "Int"
    NUMBER = "Float"
    TRUTH = "Boolean"
    TIME = "DateTime"
    DAY = "Date"
    JSON = "JSON"


ViewType = type[View]

Of = Kind | type[StrEnum] | None
"""A scalar, an enumeration, or None: as the read contract says."""


@dataclass(frozen=True, kw_only=True)
class Binding:
    """What every field declares.

    ``permission`` None means: the one of its type. ``cost`` is what one value costs beside what is
    below it. ``may_lag``: a cache may answer for at most 2 s (ARCHITECTURE rule 10).
    """

    permission: Permission | None = None
    cost: int = 0
    may_lag: bool = False
    deprecated: str | None = None


@dataclass(frozen=True)
class GlobalId(Binding):
    """The Relay id: base64url of ``Type:id``."""

    description: str = "Global id: opaque, stable, unique in the installation."


@dataclass(frozen=True)
class Stored(Binding):
    """A stored field by its dotted path in the read contract."""

    path: str
    description: str
    of: Of = None


@dataclass(frozen=True)
class Embedded(Binding):
    """A document, or a list of them, that lives inside the stored one.

    A list is bounded by the document that holds it, so it needs no pages.
    """

    path: str
    type: str
    description: str


@dataclass(frozen=True)
class Ref(Binding):
    """Another object by the key that is stored here; null if the viewer may not see it."""

    key: str
    type: str
    description: str
    cost: int = field(default=1, kw_only=True)


@dataclass(frozen=True)
class Refs(Binding):
    """Other objects by a short stored list of keys, in its order; those out of sight are left out.

    ``most`` is what the owner lets the list grow to; it is what the field costs.
    """

    key: str
    type: str
    description: str
    most: int = 10


@dataclass(frozen=True)
class Many(Binding):
    """A connection: objects that name this one in ``by``, or all of them at the root.

    ``key`` is the field here that ``by`` holds there. ``view`` is another place of the same shape.
     ``order`` is the default sort path; ``where``
    an equality that always holds. Filters and sorts are the target type's and exist at the root.
    """

    type: str
    description: str
    by: str | None = None
    key: str = "_id"
    view: ViewType | None = None
    order: str = "_id"
    is_descending: bool = False
    where: Mapping[str, Any] = field(default_factory=dict)
    cost: int = field(default=1, kw_only=True)


@dataclass(frozen=True)
class Computed(Binding):
    """A value made from stored fields; ``compute`` is pure and gets the row."""

    needs: Sequence[str]
    of: Kind | type[StrEnum]
    compute: Callable[[Row], Any]
    description: str
    is_list: bool = False
    is_required: bool = False


@dataclass(frozen=True)
class FromViewer(Binding):
    """An object made from who asks, without a read; None where ``fill`` says so."""

    type: str
    fill: Callable[[Viewer], Row | None]
    description: str


@dataclass(frozen=True)
class NodeById(Binding):
    """Any object by its global id; ``is_list`` for several at once."""

    description: str
    is_list: bool = False
    cost: int = field(default=1, kw_only=True)


@dataclass(frozen=True)
class ById(Binding):
    """One object of one type by its global id, for people who do not write Relay."""

    type: str
    description: str
    cost: int = field(default=1, kw_only=True)


@dataclass(frozen=True)
class Folded(Binding):
    """Rows folded from all documents a filter finds: sums that are merged when they are read.

    ``where`` and ``fold`` are pure; the engine adds organization, grants and limits. ``most`` is
    the largest number of documents read; more are refused, never cut silently. With ``for_viewer``
    both find who asks, with the moment, under ``viewer`` among their arguments. ``beside`` names
    further rows that ``fold`` finds there.
    """

    source: str
    type: str
    reads: Sequence[str]
    arguments: Mapping[str, Argument]
    where: Callable[[Mapping[str, Any]], Row]
    fold: Callable[[Sequence[Row], Mapping[str, Any]], Row]
    description: str
    most: int = 50_000
    for_viewer: bool = False
    beside: Mapping[str, Beside] = field(default_factory=dict)
    cost: int = field(default=20, kw_only=True)


@dataclass(frozen=True)
class Asked(Binding):
    """An answer that the owner works out on the spot: a command that changes nothing of the asker's.

    ``type`` is made over the command's answer; the field's one argument is the command's input.
    """

    command: type[Command]
    type: str
    description: str
    refs: Mapping[str, str] = field(default_factory=dict)
    cost: int = field(default=20, kw_only=True)


@dataclass(frozen=True)
class Argument:
    """An argument of a field: a scalar, an enumeration, or a reference to a type by global id."""

    of: Kind | type[StrEnum]
    description: str
    ref: str | None = None
    is_list: bool = False
    is_required: bool = False
    default: Any = None


@dataclass(frozen=True)
class Act(Binding):
    """A mutation: sends one command and reads back what it changed.

    ``returns`` of the payload is the object, of ``type``, whose id the answer holds in ``answer_id``.
    ``extra`` names further payload fields: GraphQL name to answer field. ``refs`` says which type an
    id field of the command names, where the word alone does not. ``opens``: the answer's field that
    names the organization just created, in which its payload is read. ``many``: the input's list of
    commands, each sent on its own; the payload's ``results`` has one answer for each, in their order.
    """

    command: type[Command]
    returns: str
    type: str
    description: str
    answer_id: str = "id"
    extra: Mapping[str, str] = field(default_factory=dict)
    refs: Mapping[str, str] = field(default_factory=dict)
    opens: str | None = None
    many: str | None = None
    cost: int = field(default=10, kw_only=True)


@dataclass(frozen=True)
class Stream(Binding):
    """A subscription: what changed, read for each subscriber with their own eyes.

    The facts of ``topic`` are about objects of ``type``; the event carries one under ``returns``.
    """

    topic: Topic
    returns: str
    type: str
    description: str
    cost: int = field(default=10, kw_only=True)


FieldBinding = (
    GlobalId
    | Stored
    | Embedded
    | Ref
    | Refs
    | Many
    | Computed
    | FromViewer
    | NodeById
    | ById
    | Folded
    | Asked
    | Act
    | Stream
)
"""Every kind of binding there is; a new kind needs a shaper, a type and a cost."""


class Match(Enum):
    """How a filter compares."""

    EQUALS = "equals"
    ANY_OF = "any_of"
    CONTAINS = "contains"


@dataclass(frozen=True)
class Filter:
    """One condition of a list: the stored path, and how the argument is compared with it."""

    path: str
    argument: Argument
    match: Match = Match.EQUALS


@dataclass(frozen=True)
class Scope:
    """Where the type's permission has to hold for one row to be seen.

    ``unit``, ``channel``: the row's fields that a grant on a unit's subtree or a channel covers.
    ``anywhere``: it is enough to hold the permission somewhere in the organization.
    ``through``: (field, type): a row is seen by whoever sees the object it belongs to.
    ``own``: rows whose field names the viewer's account are always theirs.
    None of them: the permission has to hold on the whole organization.
    """

    unit: str | None = None
    channel: str | None = None
    anywhere: bool = False
    through: tuple[str, str] | None = None
    own: str | None = None

    @property
    def paths(self) -> set[str]:
        """Stored fields that the decision needs."""
        found = {self.unit, self.channel, self.own, self.through[0] if self.through else None}
        return {path for path in found if path}


ORGANIZATION: Final = Scope()
ANYWHERE: Final = Scope(anywhere=True)


@dataclass(frozen=True)
class ObjectBinding:
    """A type of the schema over a read contract, or over a part of one.

    ``permission`` None is for parts: whoever sees the document sees its parts. ``hidden`` is the
    filter a list has while its filter names none of those fields.
    """

    name: str
    view: type[msgspec.Struct]
    description: str
    fields: Mapping[str, FieldBinding]
    permission: Permission | None = None
    scope: Scope = ORGANIZATION
    is_node: bool = False
    filters: Mapping[str, Filter] = field(default_factory=dict)
    sorts: Mapping[str, str] = field(default_factory=dict)
    hidden: Mapping[str, Any] = field(default_factory=dict)

    def permission_of(self, name: str) -> Permission | None:
        """What a field needs: its own permission, else its type's."""
        return self.fields[name].permission or self.permission
