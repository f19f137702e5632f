"""An app for a real gunicorn: commands whose behaviour their own text chooses."""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path

from flask import Flask

from chassis.clock import SystemClock
from chassis.commands import HandledAnswer
from chassis.errors import Refusal, RefusalCode
from chassis.health import Health
from chassis.http.app import create_app
from chassis.http.commands import command_blueprint
from chassis.http.tokens import InternalVerifier
from chassis.metrics import new_registry
from tests.unit.chassis_edges.bakery import KEY, Call, ScriptedBus

_SEEN: dict[str, int] = {}
_PASSED = threading.Event()


def behave(call: Call) -> HandledAnswer:
    """``slow 1.5 <file>`` touches the file and takes its time, ``slow-once`` only for a new key."""
    _, body, _, key = call
    word, argument, arrived = [*json.loads(body)["conversation_id"].split(" "), "", ""][:3]
    name = key.key if key else "no key"
    seen = _SEEN[name] = _SEEN.get(name, 0) + 1
    if word == "die":
        os._exit(9)
    if word == "refuse":
        data = {"until": "2026-03-01T09:30:00.000Z"}
        raise Refusal(RefusalCode.CLAIMED_BY_ANOTHER, "Zoë holds it.", data=data)
    if arrived:
        Path(arrived).touch()
    if word == "slow" or (word == "slow-once" and seen == 1):
        _PASSED.wait(float(argument))
    state = json.dumps({"id": word, "rev": seen, "state": name})
    return HandledAnswer(200, state.encode(), is_repeat=seen > 1)


def create_wsgi() -> Flask:
    """What gunicorn loads in each worker."""
    verifier = InternalVerifier(KEY, "workflow", SystemClock())
    return create_app(
        "bakery",
        blueprints=[command_blueprint(ScriptedBus(behave), verifier)],
        health=Health(),
        registry=new_registry(),
    )
