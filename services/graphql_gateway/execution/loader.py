"""The batched loader: one generic resolver for every field, level by level.

All rows of a level are shaped together; what they refer to is gathered and read with one ``$in``
per type, and one operation per connection, however many rows ask. So the number of operations
depends on the text of an operation, never on the number of rows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar, cast

from contracts.refusals import Refusal, RefusalCode
from contracts.views import View
from contracts.views.workflow import ChannelView
from services.graphql_gateway.domain.viewer import Viewer
from services.graphql_gateway.execution import asks, connections, folds
from services.graphql_gateway.execution.bindings import (
    Asked,
    ById,
    Computed,
    Embedded,
    Folded,
    FromViewer,
    GlobalId,
    Many,
    NodeById,
    ObjectBinding,
    Ref,
    Refs,
    Row,
    Stored,
)
from services.graphql_gateway.execution.cost import LARGEST_PAGE
from services.graphql_gateway.execution.globalids import parsed, public_id
from services.graphql_gateway.execution.needs import fields_needed
from services.graphql_gateway.execution.reading import Find, OrgReader, both, visible
from services.graphql_gateway.execution.registry import Registry
from services.graphql_gateway.execution.selection import Pick
from services.graphql_gateway.execution.shapes import dig, value_at
from services.graphql_gateway.execution.wants import (
    AskWant,
    FoldWant,
    Job,
    ManyWant,
    Out,
    RefWant,
    Wants,
)

Pair = tuple[Row, Out]


class Loader:
    """Loads one operation for one viewer. ``reader`` is None for who has no organization."""

    def __init__(
        self,
        registry: Registry,
        reader: OrgReader | None,
        viewer: Viewer,
        *,
        ask: asks.Ask = asks.nobody,
    ) -> None:
        self.registry, self.reader, self.viewer, self.ask = registry, reader, viewer, ask
        self._jobs: list[Job] = []
        self._wants = Wants()

    def load(self, kind: ObjectBinding, picks: Sequence[Pick], rows: list[Row]) -> list[Out]:
        """The answer objects of these rows, complete to their leaves."""
        outs: list[Out] = [{} for _ in rows]
        self._jobs.append(Job(kind, picks, rows, outs))
        while self._jobs:
            self._shape_level()
            self._read_level()
        return outs

    # --- shaping: no reads ---------------------------------------------------------------------

    def _shape_level(self) -> None:
        while self._jobs:
            job = self._jobs.pop()
            for out in job.outs:
                out["__typename"] = job.kind.name
            for pick in job.picks:
                self._shape(job, pick)

    def _shape(self, job: Job, pick: Pick) -> None:
        pairs = self._allowed(job, pick)
        self._shapers[type(pick.binding)](self, job.kind, pick, pairs)

    def _allowed(self, job: Job, pick: Pick) -> list[Pair]:
        pairs = list(zip(job.rows, job.outs, strict=True))
        needed = pick.binding.permission
        if needed is None:
            return pairs
        scope, allowed = job.kind.scope, []
        for row, out in pairs:
            unit = dig(row, scope.unit) if scope.unit else None
            channel = dig(row, scope.channel) if scope.channel else None
            if self.viewer.may(needed, unit, channel if isinstance(channel, str) else None):
                allowed.append((row, out))
            else:
                out[pick.key] = forbidden(needed)
        return allowed

    def _stored(self, kind: ObjectBinding, pick: Pick, pairs: list[Pair]) -> None:
        path = cast("Stored", pick.binding).path
        for row, out in pairs:
            out[pick.key] = value_at(kind.view, row, path)

    def _global_id(self, kind: ObjectBinding, pick: Pick, pairs: list[Pair]) -> None:
        for row, out in pairs:
            out[pick.key] = public_id(kind.name, row["_id"])

    def _computed(self, _kind: ObjectBinding, pick: Pick, pairs: list[Pair]) -> None:
        compute = cast("Computed", pick.binding).compute
        for row, out in pairs:
            out[pick.key] = compute(row)

    def _embedded(self, kind: ObjectBinding, pick: Pick, pairs: list[Pair]) -> None:
        binding = cast("Embedded", pick.binding)
        parts = [(value_at(kind.view, row, binding.path), out) for row, out in pairs]
        self.embed(pick, binding.type, parts)

    def embed(self, pick: Pick, type_name: str, parts: list[tuple[Any, Out]]) -> None:
        """Put parts (a row, a list of rows, or None) under a key; they are shaped in this level."""
        rows: list[Row] = []
        outs: list[Out] = []
        for part, out in parts:
            if isinstance(part, list | tuple):
                made: list[Out] = [{} for _ in part]
                out[pick.key] = made
                rows.extend(part)
                outs.extend(made)
            elif part is None:
                out[pick.key] = None
            else:
                out[pick.key] = {}
                rows.append(part)
                outs.append(out[pick.key])
        self._jobs.append(Job(self.registry[type_name], pick.below[type_name], rows, outs))

    def _from_viewer(self, _kind: ObjectBinding, pick: Pick, pairs: list[Pair]) -> None:
        binding = cast("FromViewer", pick.binding)
        self.embed(pick, binding.type, [(binding.fill(self.viewer), out) for _, out in pairs])

    def _ref(self, _kind: ObjectBinding, pick: Pick, pairs: list[Pair]) -> None:
        binding = cast("Ref | Refs", pick.binding)
        keys = [dig(row, binding.key) for row, _ in pairs]
        self._wants.ref(RefWant(binding.type, pick, [out for _, out in pairs], keys))

    def _node(self, _kind: ObjectBinding, pick: Pick, pairs: list[Pair]) -> None:
        is_list = cast("NodeById", pick.binding).is_list
        for _, out in pairs:
            if is_list and len(pick.args["ids"]) > LARGEST_PAGE:
                out[pick.key] = _too_many()
            elif is_list:
                out[pick.key] = [None] * len(pick.args["ids"])
                self._nodes(pick, out[pick.key])
            else:
                self._one_node(pick, pick.args["id"], out)

    def _nodes(self, pick: Pick, places: list[Any]) -> None:
        for index, text in enumerate(pick.args["ids"]):
            here: Any = index  # a place in a list is filled like a key of an object
            item = Pick(here, pick.name, pick.binding, pick.args, pick.below)
            self._one_node(item, text, places)

    def _one_node(self, pick: Pick, text: str, holder: Any) -> None:
        holder[pick.key] = None
        found = parsed(text)
        if found is not None and found[0] in pick.below and self.registry[found[0]].is_node:
            self._wants.ref(RefWant(found[0], pick, [holder], [found[1]]))

    def _by_id(self, _kind: ObjectBinding, pick: Pick, pairs: list[Pair]) -> None:
        wanted = cast("ById", pick.binding).type
        found = parsed(pick.args["id"])
        ident = found[1] if found is not None and found[0] == wanted else None
        self._wants.ref(RefWant(wanted, pick, [out for _, out in pairs], [ident] * len(pairs)))

    def _many(self, kind: ObjectBinding, pick: Pick, pairs: list[Pair]) -> None:
        binding = cast("Many", pick.binding)
        rows, outs = [row for row, _ in pairs], [out for _, out in pairs]
        self._wants.many.append(ManyWant(kind, pick, binding, rows, outs))

    def _folded(self, _kind: ObjectBinding, pick: Pick, pairs: list[Pair]) -> None:
        for _, out in pairs:
            self._wants.folds.append(FoldWant(pick, cast("Folded", pick.binding), out))

    def _asked(self, _kind: ObjectBinding, pick: Pick, pairs: list[Pair]) -> None:
        for _, out in pairs:
            self._wants.asks.append(AskWant(pick, cast("Asked", pick.binding), out))

    _shapers: ClassVar[dict[type, Callable[[Any, ObjectBinding, Pick, list[Pair]], None]]] = {
        Stored: _stored,
        GlobalId: _global_id,
        Computed: _computed,
        Embedded: _embedded,
        FromViewer: _from_viewer,
        Ref: _ref,
        Refs: _ref,
        NodeById: _node,
        ById: _by_id,
        Many: _many,
        Folded: _folded,
        Asked: _asked,
    }

    # --- reading: one operation per type of reference and per connection -----------------------

    def _read_level(self) -> None:
        wants, self._wants = self._wants, Wants()
        for name, refs in wants.refs.items():
            self._read_refs(self.registry[name], refs)
        for many in wants.many:
            connections.read(self, many)
        for fold in wants.folds:
            folds.read(self, fold)
        for ask in wants.asks:
            asks.read(self, ask)

    def _read_refs(self, kind: ObjectBinding, refs: list[RefWant]) -> None:
        ids = set().union(*(ref.ids for ref in refs))
        picks = [pick for ref in refs for pick in ref.pick.below[kind.name]]
        rows = {row["_id"]: row for row in self.rows_by_id(kind, ids, fields_needed(kind, picks))}
        for ref in refs:
            self._fill_refs(kind, ref, rows)

    def _fill_refs(self, kind: ObjectBinding, ref: RefWant, rows: dict[str, Row]) -> None:
        known = [rows[ident] for ident in sorted(ref.ids) if ident in rows]
        shaped: dict[Any, Out] = {row["_id"]: {} for row in known}
        self._jobs.append(Job(kind, ref.pick.below[kind.name], known, list(shaped.values())))
        for out, key in zip(ref.outs, ref.keys, strict=True):
            if isinstance(key, list | tuple):
                out[ref.pick.key] = [shaped[each] for each in key if each in shaped]
            else:
                out[ref.pick.key] = shaped.get(key)

    def rows_by_id(self, kind: ObjectBinding, ids: set[str], fields: frozenset[str]) -> list[Row]:
        """Those of the rows that exist in the organization and are in the viewer's sight."""
        seen = self.in_sight(kind)
        if not ids or seen is None or self.reader is None:
            return []
        through = kind.scope.through
        wanted = fields | {through[0]} if through else fields
        where = both({"_id": {"$in": sorted(ids)}}, seen)
        rows = self.reader.find(Find(cast("type[View]", kind.view), where, wanted))
        return self._reachable(through, rows) if through else rows

    def _reachable(self, through: tuple[str, str], rows: list[Row]) -> list[Row]:
        path, owner = through
        owners = {row[path] for row in rows if row.get(path) is not None}
        found = self.rows_by_id(self.registry[owner], owners, frozenset({"_id"}))
        known = {row["_id"] for row in found}
        return [row for row in rows if row.get(path) in known]

    def in_sight(self, kind: ObjectBinding) -> Row | None:
        """The filter of what the viewer may see of a type; None for nothing."""
        return visible(kind, self.viewer, self._channels_in)

    def _channels_in(self, units: frozenset[str]) -> list[str]:
        if self.reader is None:
            return []
        where = {"unit_id": {"$in": sorted(units)}}
        rows = self.reader.find(Find(ChannelView, where, frozenset({"_id"})))
        return [row["_id"] for row in rows]

    def needed(self, kind: ObjectBinding) -> Row:
        """The filter of a list; a list of which the viewer may see nothing is refused."""
        seen = self.in_sight(kind)
        if seen is None:
            raise forbidden(kind.permission)
        return seen


def _too_many() -> Refusal:
    sentence = f"At most {LARGEST_PAGE} ids."
    data = {"limit": LARGEST_PAGE}
    return Refusal(RefusalCode.QUERY_TOO_LARGE, sentence, field=("ids",), data=data)


def forbidden(permission: Any) -> Refusal:
    """What is missing, by name."""
    name = getattr(permission, "value", "")
    return Refusal(
        RefusalCode.FORBIDDEN, f"This needs the permission {name}.", data={"permission": name}
    )
