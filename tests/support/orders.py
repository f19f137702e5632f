"""Commands about things, for tests of the bus. Registered nowhere: no service takes them."""

from __future__ import annotations

import threading
from typing import Any

import msgspec

from chassis.commands import CommandBus
from chassis.errors import Refusal, RefusalCode
from chassis.ports import ActorKind, Work
from chassis.stores import Factory
from contracts.commands import Command, Done
from tests.support.storage import SERVICE, Thing, a_thing, added, changed


class AddThing(Command, frozen=True, kw_only=True):
    """Make a thing with this name."""

    name: str


class RaiseThing(Command, frozen=True, kw_only=True):
    """Count it up by one; refused above ``limit``."""

    thing_id: str
    limit: int = 10**9


class CountThings(Command, frozen=True, kw_only=True):
    """How many there are."""

    IS_QUESTION = True


def count_things(_: CountThings, work: Work) -> Done:
    """Reads only."""
    return Done(id="things", state=str(len(work.find(Thing))))


def add_thing(command: AddThing, work: Work) -> Done:
    """AlreadyExists if the name is taken."""
    thing = a_thing(org_id=work.org_id, name=command.name)
    stored = work.add(thing, added(thing))
    return Done(id=stored.id, rev=stored.rev)


def raise_thing(command: RaiseThing, work: Work) -> Done:
    """Reads, decides, writes."""
    thing = work.get(Thing, command.thing_id)
    if thing.count >= command.limit:
        data = {"count": thing.count}
        raise Refusal(RefusalCode.WRONG_STATE, "That is enough.", field=("limit",), data=data)
    stored = work.save(msgspec.structs.replace(thing, count=thing.count + 1), changed(thing))
    return Done(id=stored.id, rev=stored.rev, state=str(stored.count))


def persons_only(_: Command, work: Work) -> None:
    """An authorization that services fail."""
    if work.actor.kind is not ActorKind.PERSON:
        raise Refusal(RefusalCode.FORBIDDEN, "Only people do that.")


HANDLERS: dict[Any, Any] = {AddThing: add_thing, RaiseThing: raise_thing, CountThings: count_things}


def a_bus(factory: Factory, **options: Any) -> CommandBus:
    """The bus of things."""
    handlers = {**HANDLERS, **options.pop("handlers", {})}
    return CommandBus(SERVICE, factory, handlers, authorize=persons_only, **options)


def body(command: Command) -> bytes:
    """What travels."""
    return msgspec.json.encode(command)


class Gate:
    """Holds the first caller inside its transaction until opened."""

    def __init__(self) -> None:
        self.entered = threading.Event()
        self.opened = threading.Event()

    def pass_through(self) -> None:
        """The first waits, later ones do not."""
        if not self.entered.is_set():
            self.entered.set()
            self.opened.wait(20)
