"""Reads what a fold merges: every document a filter finds, within a stated number."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from contracts.refusals import Refusal, RefusalCode
from contracts.views import View
from services.graphql_gateway.execution.beside import Beside
from services.graphql_gateway.execution.bindings import Folded, Row
from services.graphql_gateway.execution.globalids import known_id
from services.graphql_gateway.execution.reading import Find, both

if TYPE_CHECKING:
    from services.graphql_gateway.execution.loader import Loader
    from services.graphql_gateway.execution.wants import FoldWant


def read(loader: Loader, want: FoldWant) -> None:
    """Read, fold, and put the result under its key; a Refusal stands there as the field's error."""
    args = {name: _resolved(want, name, value) for name, value in want.pick.args.items()}
    if want.binding.for_viewer:
        args["viewer"] = loader.viewer
    try:
        rows = _rows(loader, want, args)
        beside = {name: _beside(loader, each, args) for name, each in want.binding.beside.items()}
        part = want.binding.fold(rows, {**args, **beside})
    except Refusal as refusal:
        want.out[want.pick.key] = refusal
        return
    loader.embed(want.pick, want.binding.type, [(part, want.out)])


def _resolved(want: FoldWant, name: str, value: Any) -> Any:
    wanted = want.binding.arguments[name].ref
    return value if wanted is None or value is None else known_id(value, wanted)


def _rows(loader: Loader, want: FoldWant, args: Mapping[str, Any]) -> list[Row]:
    binding = want.binding
    in_sight = loader.needed(loader.registry[binding.source])
    return _read(loader, binding, both(in_sight, binding.where(args)))


def _beside(loader: Loader, beside: Beside, args: Mapping[str, Any]) -> list[Row]:
    return _read(loader, beside, beside.where(args))


def _read(loader: Loader, wanted: Folded | Beside, where: Row) -> list[Row]:
    if loader.reader is None:
        return []
    view = cast("type[View]", loader.registry[wanted.source].view)
    find = Find(view, where, frozenset(wanted.reads), limit=wanted.most + 1)
    rows = loader.reader.find(find)
    if len(rows) > wanted.most:
        sentence = f"This reads more than {wanted.most} documents: ask for fewer days."
        raise Refusal(RefusalCode.QUERY_TOO_LARGE, sentence, data={"limit": wanted.most})
    return rows
