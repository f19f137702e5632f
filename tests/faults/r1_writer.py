"""A writer of R1: sends commands through the bus until told to stop, and keeps its history.

A line is written before a command is sent (intent) and after it was answered (acknowledgement).
Started again after a kill, it first repeats what was not acknowledged, with the same key.
"""

from __future__ import annotations

import json
import random
import signal
import sys
from pathlib import Path
from threading import Event
from typing import Any

from pymongo.errors import PyMongoError

from chassis.clock import SystemClock
from chassis.commands import CommandBus, IdempotencyKey
from chassis.errors import Conflict, Refusal, RefusalCode, Unavailable
from chassis.ids import SystemIds
from chassis.mongo.client import connect, database_name
from chassis.mongo.factory import WorkFactory
from tests.support.orders import AddThing, RaiseThing, a_bus, body
from tests.support.storage import MAPPINGS, SERVICE, a_person, a_thing

SHARED = 6
"""Things that all writers raise, so that they meet."""

PAUSE_S = 0.02


class History:
    """One file per writer; the operating system keeps what a killed process wrote."""

    def __init__(self, file: Path) -> None:
        self._file = file.open("a", buffering=1)

    def intent(self, number: int, key: str) -> None:
        self._file.write(json.dumps({"intent": key, "number": number}) + "\n")

    def acknowledged(self, key: str, answer: str | None, refusal: str | None) -> None:
        line = {"acknowledged": key, "answer": answer, "refusal": refusal}
        self._file.write(json.dumps(line) + "\n")


def next_number(file: Path) -> int:
    """The first number without an acknowledgement; a torn last line counts for nothing."""
    done = 0
    for line in file.read_text().splitlines() if file.exists() else []:
        if line.endswith("}") and "acknowledged" in json.loads(line):
            done += 1
    return done


def order(seed: str, number: int) -> tuple[str, bytes]:
    """The command of a number, always the same; some are refused on purpose."""
    dice = random.Random(f"{seed}/{number}")
    if number == 0 or dice.random() < 0.2:
        name = f"shared {dice.randrange(SHARED)}" if dice.random() < 0.3 else f"{seed} {number}"
        return "AddThing", body(AddThing(name=name))
    thing = a_thing(name=f"shared {dice.randrange(SHARED)}")
    limit = 3 if dice.random() < 0.1 else 10**9
    return "RaiseThing", body(RaiseThing(thing_id=thing.id, limit=limit))


def send(bus: CommandBus, key: str, command: tuple[str, bytes]) -> tuple[str | None, str | None]:
    """Repeat with the same key until there is an answer."""
    while True:
        try:
            answer = bus.handle(*command, a_person(), IdempotencyKey(key))
        except Refusal as refusal:
            if refusal.code is not RefusalCode.IN_PROGRESS:
                return None, refusal.code.value
        except (Conflict, Unavailable, PyMongoError):
            pass
        else:
            return answer.body.decode(), None
        Event().wait(PAUSE_S)


def main(uri: str, namespace: str, writer: str, folder: str) -> None:
    """Run until SIGTERM."""
    stopped = Event()
    signal.signal(signal.SIGTERM, lambda *_: stopped.set())
    clock = SystemClock()
    client: Any = connect(uri, app_name=writer)
    name = database_name(namespace, SERVICE)
    bus = a_bus(WorkFactory(client, name, MAPPINGS, clock, SystemIds(clock), SERVICE))
    file = Path(folder) / f"{writer}.jsonl"
    number, history = next_number(file), History(file)
    while not stopped.is_set():
        key = f"{writer}-{number}"
        history.intent(number, key)
        history.acknowledged(key, *send(bus, key, order(writer, number)))
        number += 1


if __name__ == "__main__":
    main(*sys.argv[1:])
