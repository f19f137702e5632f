"""Mutations: one way for all of them. Send the command, then read back what it changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Protocol, cast

import msgspec

from chassis.ports import Actor
from contracts.commands import Answer, Command
from contracts.refusals import Refusal, RefusalCode
from services.graphql_gateway.domain.viewer import Viewer
from services.graphql_gateway.execution.bindings import (
    Act,
    Embedded,
    FieldBinding,
    ObjectBinding,
    Ref,
    Row,
    Stored,
)
from services.graphql_gateway.execution.inputs import MOST_AT_ONCE, camel, command_of
from services.graphql_gateway.execution.loader import Loader
from services.graphql_gateway.execution.refusals import data_of, sentence_of
from services.graphql_gateway.execution.selection import Pick
from services.graphql_gateway.execution.wants import Out


class UserErrorPart(msgspec.Struct):
    """A refusal as the payload of a mutation carries it."""

    field: list[str] | None
    message: str
    code: str
    data: dict[str, Any]


class PayloadPart(msgspec.Struct):
    """What the engine makes of an answer, before anything is read back."""

    object_id: str | None
    user_errors: list[UserErrorPart]


class ResultsPart(msgspec.Struct):
    """The answers to several commands of one mutation."""

    results: list[PayloadPart]
    user_errors: list[UserErrorPart]


USER_ERROR = ObjectBinding(
    "UserError",
    UserErrorPart,
    "Why a mutation was refused. Nothing was changed.",
    {
        "field": Stored("field", "Path of the argument at fault; null if none is."),
        "message": Stored("message", "A sentence for people."),
        "code": Stored("code", "For programs; the list is in docs/generated/errors.md."),
        "data": Stored("data", "What the sentence speaks of, for programs; depends on the code."),
    },
)


class CommandSender(Protocol):
    """Takes a command to its owner. ``alias`` tells root fields of one request apart."""

    def send(self, command: Command, actor: Actor, *, key: str, alias: str) -> Answer:
        """The owner's answer. Raises its Refusal, or Unavailable."""
        ...


def payload_name(mutation: str) -> str:
    """``conversationClaim`` as ``ConversationClaimPayload``."""
    return f"{mutation[0].upper()}{mutation[1:]}Payload"


def result_name(mutation: str) -> str:
    """``contentVoteMany`` as ``ContentVoteManyResult``: one of several answers."""
    return f"{mutation[0].upper()}{mutation[1:]}Result"


def payloads(mutations: ObjectBinding) -> Iterable[ObjectBinding]:
    """The payload type of every mutation."""
    for name, binding in mutations.fields.items():
        act = cast("Act", binding)
        if act.many:
            yield _results(name)
            yield _payload(name, act, result_name(name))
        else:
            yield _payload(name, act, payload_name(name))


def _results(name: str) -> ObjectBinding:
    fields: dict[str, FieldBinding] = {
        "results": Embedded("results", result_name(name), "One for each, in the order given."),
        "userErrors": Embedded("user_errors", USER_ERROR.name, "Why none was sent; else empty."),
    }
    return ObjectBinding(payload_name(name), ResultsPart, f"Answer of {name}.", fields)


def _payload(name: str, act: Act, title: str) -> ObjectBinding:
    answer = {each.name: each.type for each in msgspec.structs.fields(act.command.ANSWER)}
    extra = {n: answer[field] | None for n, field in act.extra.items()}
    view = msgspec.defstruct(f"{title}Part", list(extra.items()), bases=(PayloadPart,))
    fields: dict[str, FieldBinding] = {
        act.returns: Ref("object_id", act.type, f"The {act.type} afterwards; null if refused."),
        "userErrors": Embedded("user_errors", USER_ERROR.name, "Why it was refused; else empty."),
    }
    for each in act.extra:
        fields[each] = Stored(each, "Said once, in this answer only; null if refused.")
    return ObjectBinding(title, view, f"Answer of {name}.", fields)


class Founder(Viewer):
    """An operator looking at the organization they have just created, and at nothing else in it."""

    def __init__(self, viewer: Viewer, org_id: str) -> None:
        actor = msgspec.structs.replace(viewer.actor, org_id=org_id)
        super().__init__(actor, now=viewer.now)

    def _coverage(self, permission: Any) -> Any:
        return self.only_organization(permission)


LoaderFor = Callable[[Viewer], Loader]


class Mutator:
    """Runs the root fields of one mutation, one after the other."""

    def __init__(
        self, viewer: Viewer, sender: CommandSender, loader: LoaderFor, *, key: str
    ) -> None:
        self._viewer, self._sender, self._loader, self._key = viewer, sender, loader, key

    def run(self, pick: Pick) -> Out:
        """The payload of one root field."""
        act = cast("Act", pick.binding)
        if act.many:
            return self._payload(pick, self._viewer, self._each(pick, act, act.many))
        try:
            command = command_of(act.command, pick.args["input"], act.refs)
            answer = self._sender.send(command, self._viewer.actor, key=self._key, alias=pick.key)
        except Refusal as refusal:
            row = refused(refusal, act, pick.args["input"])
            return self._payload(pick, self._viewer, row)
        viewer = Founder(self._viewer, getattr(answer, act.opens)) if act.opens else self._viewer
        return self._payload(pick, viewer, _changed(act, answer))

    def _each(self, pick: Pick, act: Act, field: str) -> Row:
        """Every command on its own: one that is refused stops no other."""
        given = pick.args["input"][field]
        if not 1 <= len(given) <= MOST_AT_ONCE:
            sentence = f"Give 1 to {MOST_AT_ONCE} of them."
            no = Refusal(RefusalCode.INVALID_ARGUMENT, sentence, field=(field,))
            return {"results": [], "user_errors": refused(no, act, {})["user_errors"]}
        results = [self._one(pick, act, (place, each)) for place, each in enumerate(given)]
        return {"results": results, "user_errors": []}

    def _one(self, pick: Pick, act: Act, given: tuple[int, Any]) -> Row:
        place, value = given
        alias = f"{pick.key}.{place}"
        try:
            command = command_of(act.command, value, act.refs)
            answer = self._sender.send(command, self._viewer.actor, key=self._key, alias=alias)
        except Refusal as refusal:
            return refused(refusal, act, value)
        return _changed(act, answer)

    def _payload(self, pick: Pick, viewer: Viewer, row: Row) -> Out:
        loader = self._loader(viewer)
        kind = loader.registry[payload_name(pick.name)]
        return loader.load(kind, pick.below[kind.name], [row])[0]


def _changed(act: Act, answer: Answer) -> Row:
    extra = {name: getattr(answer, field) for name, field in act.extra.items()}
    return {"object_id": getattr(answer, act.answer_id), "user_errors": [], **extra}


def refused(refusal: Refusal, act: Act, given: Any) -> Row:
    """The payload of a refusal of what was given."""
    field = [camel(each) for each in refusal.field]
    if field and field[0] != "input":
        field = ["input", *field]
    error = {
        "field": field or None,
        "message": sentence_of(refusal, given),
        "code": refusal.code.value,
        "data": data_of(refusal, act.refs),
    }
    return {"object_id": None, "user_errors": [error], **dict.fromkeys(act.extra)}
