"""The engine: from the text of an operation to its answer, over the bindings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol, cast
from uuid import uuid4

from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLError,
    GraphQLResolveInfo,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    execute,
)
from graphql.execution.values import get_variable_values

from chassis.ids import derived
from chassis.ports import Actor
from contracts.commands import Answer, Command
from contracts.refusals import Refusal, RefusalCode
from services.graphql_gateway.domain.viewer import Viewer
from services.graphql_gateway.execution.answers import Report, Result, formatted, refused
from services.graphql_gateway.execution.bindings import Row, Stream
from services.graphql_gateway.execution.cost import cost_of
from services.graphql_gateway.execution.documents import Documents, Parsed
from services.graphql_gateway.execution.events import event, event_name
from services.graphql_gateway.execution.limits import Limits
from services.graphql_gateway.execution.loader import Loader
from services.graphql_gateway.execution.mutations import CommandSender, Mutator
from services.graphql_gateway.execution.reading import Reader
from services.graphql_gateway.execution.registry import Registry
from services.graphql_gateway.execution.selection import Pick, Selector
from services.graphql_gateway.execution.wants import Out

SEEN: Final = "__seen"
"""An answer key no client can ask for: tells whether an event's object is in sight."""


class Happened(Protocol):
    """What a subscriber is told: the changed object, or None where some changes were missed."""

    @property
    def object_id(self) -> str | None: ...
    @property
    def change(self) -> str: ...


@dataclass(frozen=True)
class Request:
    """What a client sent. ``key`` is the idempotency key of its mutations."""

    text: str
    variables: Mapping[str, Any] = field(default_factory=dict)
    operation: str | None = None
    key: str = ""


@dataclass(frozen=True)
class Prepared:
    """An operation that may run: parsed, coerced, costed and within every limit."""

    parsed: Parsed
    request: Request
    operation: OperationDefinitionNode
    picks: list[Pick]
    cost: int

    @property
    def kind(self) -> OperationType:
        """Query, mutation or subscription."""
        return self.operation.operation


class Wrong(Exception):  # noqa: N818
    """The request cannot be executed; ``errors`` say why."""

    def __init__(self, errors: list[GraphQLError]) -> None:
        super().__init__("; ".join(each.message for each in errors))
        self.errors = errors


@dataclass(frozen=True)
class Context:
    """What graphql-core carries for the resolvers: the picks of the root, and who runs them."""

    picks: dict[str, Pick]
    mutator: Mutator


def mutate(_name: str, _default: Any, _root: Any, info: GraphQLResolveInfo, **_args: Any) -> Out:
    """The one resolver of mutations."""
    context: Context = info.context
    return context.mutator.run(context.picks[str(info.path.key)])


class Engine:
    """Everything one process needs to answer operations. Safe for many threads."""

    def __init__(
        self, schema: GraphQLSchema, registry: Registry, *, reader: Reader, sender: CommandSender
    ) -> None:
        self.schema, self.registry = schema, registry
        self._reader, self._sender = reader, sender

    def prepare(self, documents: Documents, request: Request, limits: Limits) -> Prepared:
        """Raises Wrong for what cannot run, and Refusal CostExceeded for what costs too much."""
        parsed = documents.get(request.text)
        if parsed.errors:
            raise Wrong(list(parsed.errors))
        operation = parsed.operation(request.operation)
        if operation is None:
            raise Wrong([GraphQLError("Unable to identify the operation to execute.")])
        variables = get_variable_values(
            self.schema,
            operation.variable_definitions or [],
            dict(request.variables),
            max_errors=20,
            hide_suggestions=not documents.is_open,
        )
        if isinstance(variables, list):
            raise Wrong(variables)
        selector = Selector(
            self.schema, self.registry, fragments=parsed.fragments, variables=variables
        )
        picks = selector.root(operation)
        return Prepared(parsed, request, operation, picks, _within(cost_of(picks), limits.cost))

    def run(self, prepared: Prepared, viewer: Viewer, report: Report) -> Result:
        """Execute a query or a mutation. It always answers; bugs are reported and masked."""
        root = self._root(prepared, viewer)
        mutator = Mutator(viewer, self._sender, self.loader, key=prepared.request.key)
        context = Context({pick.key: pick for pick in prepared.picks}, mutator)
        return self._result(self._execute(prepared, root, context), prepared.cost, report)

    def _execute(self, prepared: Prepared, root: Out, context: Context | None) -> Any:
        return execute(
            self.schema,
            cast("DocumentNode", prepared.parsed.document),
            root_value=root,
            context_value=context,
            variable_values=dict(prepared.request.variables),
            operation_name=prepared.request.operation,
            is_awaitable=_never,
        )

    def stream(self, prepared: Prepared) -> Stream:
        """The binding of a subscription's one root field."""
        return cast("Stream", prepared.picks[0].binding)

    def event(
        self,
        prepared: Prepared,
        viewer: Viewer,
        *,
        happened: Happened,
        report: Report,
    ) -> Result | None:
        """One event for one subscriber; None if the object is out of their sight."""
        pick, stream = prepared.picks[0], self.stream(prepared)
        kind = self.registry[event_name(pick.name)]
        seen = Pick(SEEN, stream.returns, kind.fields[stream.returns], {}, {stream.type: []})
        row = event(happened.object_id, happened.change)
        out = self.loader(viewer).load(kind, [*pick.below[kind.name], seen], [row])[0]
        if happened.object_id is not None and out[SEEN] is None:
            return None
        answered = self._execute(prepared, {pick.key: out}, None)
        return self._result(answered, prepared.cost, report)

    def loader(self, viewer: Viewer) -> Loader:
        """A loader with the eyes of this viewer."""
        reader = self._reader.of(viewer.org_id) if viewer.org_id else None
        return Loader(self.registry, reader, viewer, ask=self._ask)

    def _ask(self, command: Command, actor: Actor, alias: str) -> Answer:
        """A question has no key of its own: asked again, it is answered again."""
        return self._sender.send(command, actor, key=f"asked-{uuid4()}", alias=alias)

    def _root(self, prepared: Prepared, viewer: Viewer) -> Out:
        if prepared.kind is not OperationType.QUERY:
            return {}
        try:
            query = self.registry["Query"]
            rows = [root_row(viewer.org_id)]
            return self.loader(viewer).load(query, prepared.picks, rows)[0]
        except Exception as error:  # noqa: BLE001 - becomes every root field's error, and is reported
            return {pick.key: error for pick in prepared.picks}

    @staticmethod
    def _result(answered: Any, cost: int, report: Report) -> Result:
        assert isinstance(answered, ExecutionResult)
        extensions = {"cost": {"requested": cost}}
        errors = formatted(answered.errors or [], report)
        return Result(data=answered.data, errors=errors, extensions=extensions)


def root_row(org_id: str | None) -> Row:
    """Where every query begins: the organization, and what it has exactly one of."""
    settings = derived("review settings", org_id) if org_id else None
    return {"org_id": org_id, "review_settings_id": settings}


def _within(cost: int, most: int) -> int:
    if cost > most:
        sentence = f"The operation costs {cost} points; {most} are allowed."
        raise Refusal(RefusalCode.COST_EXCEEDED, sentence, data={"cost": cost, "limit": most})
    return cost


def _never(_value: Any) -> bool:
    return False


def wrong(error: Wrong, report: Report) -> Result:
    """The answer to a request that cannot be executed."""
    return Result(errors=formatted(error.errors, report), is_request_error=True)


__all__ = ["Context", "Engine", "Prepared", "Request", "Wrong", "mutate", "refused", "wrong"]
