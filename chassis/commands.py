"""The bus of commands: one order, one transaction, one answer, once (rules 3 and 4)."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

import msgspec

from chassis.errors import Conflict, Refusal, RefusalCode
from chassis.mongo.ledger import Busy
from chassis.ports import Actor, ActorKind, UseCase, Work
from chassis.stores import Factory, Record
from contracts.commands import Answer, Command

T = TypeVar("T")

PASSING: Final = frozenset(
    {
        RefusalCode.UNAVAILABLE,
        RefusalCode.TIMED_OUT,
        RefusalCode.IN_PROGRESS,
        RefusalCode.IDEMPOTENCY_MISMATCH,
        RefusalCode.RATE_LIMITED,
        RefusalCode.INTERNAL,
    }
)
"""Refusals that speak of the moment and not of the order: a repeat tries again."""


LOOKS: Final = 20
LOOK_AGAIN_S: Final = 0.02

INSTALLATION: Final = "installation"
"""Stands for an organization where services speak about no organization (progress)."""


class IdempotencyKey(msgspec.Struct, frozen=True):
    """The caller's key and the alias of the root field, for several orders in one request."""

    key: str
    alias: str = ""


class HandledAnswer(msgspec.Struct, frozen=True):
    """What the caller gets: ``body`` is the JSON of the command's Answer."""

    status: int
    body: bytes
    is_repeat: bool = False


def _own_scope(command: Command, actor: Actor) -> str:
    if actor.kind is ActorKind.SERVICE:
        return getattr(command, "org_id", None) or actor.org_id or INSTALLATION
    if actor.org_id is None:
        raise Refusal(RefusalCode.ORGANIZATION_NEEDED, "Choose an organization first.")
    return actor.org_id


def _allow_all(_: Command, __: Work) -> None:
    """For services that take orders from services only."""


class CommandBus:
    """Decodes, authorizes and handles the commands of one service.

    ``authorize`` runs inside the transaction, before the use case. ``scope_of`` names the
    organization of a command; by default the actor's own, and for a service the command's.
    """

    def __init__(
        self,
        service: str,
        factory: Factory,
        handlers: Mapping[type[Command], UseCase],
        *,
        authorize: Callable[[Any, Work], None] = _allow_all,
        scope_of: Callable[[Any, Actor], str] | None = None,
    ) -> None:
        self._service = service
        self._factory = factory
        self._use_cases = {kind.__name__: (kind, case) for kind, case in handlers.items()}
        self._authorize = authorize
        self._scope_of = scope_of or _own_scope

    @property
    def names(self) -> frozenset[str]:
        """The commands it takes."""
        return frozenset(self._use_cases)

    def handle(  # noqa: PLR0917 - four parts of one request
        self, name: str, body: bytes, actor: Actor, key: IdempotencyKey | None = None
    ) -> HandledAnswer:
        """The answer, or the refusal: raised the first time and every time the key is repeated.

        Refusals: UnknownCommand, Malformed, IdempotencyMismatch (the key was used for another
        body), InProgress (a parallel call with the key has not ended in time), and the use case's.
        """
        kind, use_case = self._known(name)
        command = _decoded(kind, body)
        org_id = self._scope_of(command, actor)

        def act(work: Work) -> Answer:
            self._authorize(command, work)
            return use_case(command, work)

        if key is None or kind.IS_QUESTION:
            answer = self._factory.run(actor, org_id, act)
            return HandledAnswer(200, msgspec.json.encode(answer))
        return self._once(self._record(org_id, actor, (name, body), key=key), actor, act)

    def _known(self, name: str) -> tuple[type[Command], UseCase]:
        found = self._use_cases.get(name)
        if found is None:
            sentence = f"{self._service} takes no command {name!r}."
            raise Refusal(RefusalCode.UNKNOWN_COMMAND, sentence)
        return found

    def _record(
        self, org_id: str, actor: Actor, order: tuple[str, bytes], *, key: IdempotencyKey
    ) -> Record:
        name, body = order
        place = "\x1f".join([org_id, actor.account_id, key.key, key.alias])
        return Record(
            id=hashlib.sha256(place.encode()).hexdigest(),
            org_id=org_id,
            account_id=actor.account_id,
            key=key.key,
            alias=key.alias,
            command=name,
            body_hash=hashlib.sha256(name.encode() + b"\n" + body).hexdigest(),
            at=self._factory.clock.now(),
        )

    def _once(self, record: Record, actor: Actor, act: Callable[[Work], Answer]) -> HandledAnswer:
        def attempt(work: Work) -> HandledAnswer:
            if not self._factory.ledger.open(record):
                raise _KnownError
            answer = HandledAnswer(200, msgspec.json.encode(act(work)))
            self._factory.ledger.close(
                msgspec.structs.replace(record, status=answer.status, answer=answer.body)
            )
            return answer

        try:
            return self._factory.run(actor, record.org_id, attempt)
        except _KnownError:
            return self._repeated(record)
        except Busy as error:
            raise _in_progress() from error
        except Refusal as refusal:
            return self._refused(record, actor, refusal)

    def _refused(self, record: Record, actor: Actor, refusal: Refusal) -> HandledAnswer:
        """Keep the refusal, unless a parallel call has kept something else meanwhile."""
        if refusal.code in PASSING:
            raise refusal
        kept = msgspec.structs.replace(record, status=refusal.status, refusal=_to_stored(refusal))
        try:
            is_first = self._factory.run(
                actor, record.org_id, lambda _: self._factory.ledger.open(kept)
            )
        except Conflict:
            is_first = False
        if is_first:
            raise refusal
        return self._repeated(record)

    def _repeated(self, record: Record) -> HandledAnswer:
        known = self._known_record(record)
        if known.body_hash != record.body_hash:
            sentence = "This idempotency key was used for another command or body."
            raise Refusal(RefusalCode.IDEMPOTENCY_MISMATCH, sentence, data={"key": record.key})
        if known.refusal is not None:
            raise _from_stored(known.refusal)
        return HandledAnswer(known.status, known.answer or b"", is_repeat=True)

    def _known_record(self, record: Record) -> Record:
        """A commit is visible to others a moment before it is to majority reads."""
        for _ in range(LOOKS):
            known = self._factory.ledger.find(record.org_id, record.id)
            if known is not None:
                return known
            time.sleep(LOOK_AGAIN_S)
        raise _in_progress()


class _KnownError(Exception):
    """The key was used before; ends the transaction."""


def _in_progress() -> Refusal:
    sentence = "The first call with this idempotency key is still running; repeat it in a moment."
    return Refusal(RefusalCode.IN_PROGRESS, sentence, data={"retry_after": 1})


def _decoded(kind: type[Command], body: bytes) -> Command:
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.ValidationError as error:
        raise Refusal(RefusalCode.INVALID_ARGUMENT, f"{error}", field=_path(str(error))) from error
    except msgspec.DecodeError as error:
        raise Refusal(RefusalCode.MALFORMED, f"The body is not JSON: {error}") from error


def _path(sentence: str) -> tuple[str, ...]:
    """The field in msgspec's sentence: ``... - at `$.variants[0].text```."""
    _, found, path = sentence.rpartition(" - at `$.")
    return tuple(path.rstrip("`").replace("[", ".").replace("]", "").split(".")) if found else ()


def _to_stored(refusal: Refusal) -> dict[str, Any]:
    data = msgspec.to_builtins(refusal.data, enc_hook=str)
    return {
        "code": refusal.code.value,
        "sentence": refusal.sentence,
        "field": list(refusal.field),
        "data": data,
    }


def _from_stored(stored: dict[str, Any]) -> Refusal:
    return Refusal(
        RefusalCode(stored["code"]),
        stored["sentence"],
        field=tuple(stored["field"]),
        data=stored["data"],
    )
