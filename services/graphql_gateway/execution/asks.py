"""Answers that owners work out on the spot, for fields of a query."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from chassis.ports import Actor
from contracts.commands import Answer, Command
from contracts.refusals import Refusal, RefusalCode
from services.graphql_gateway.execution.inputs import command_of

if TYPE_CHECKING:
    from services.graphql_gateway.execution.loader import Loader
    from services.graphql_gateway.execution.wants import AskWant

Ask = Callable[[Command, Actor, str], Answer]
"""Sends a command that changes nothing of the asker's; raises its Refusal, or Unavailable."""


def nobody(command: Command, actor: Actor, alias: str) -> Answer:
    """Where nobody can be asked."""
    del actor, alias
    raise Refusal(RefusalCode.UNAVAILABLE, f"Nobody answers {type(command).__name__} here.")


def read(loader: Loader, want: AskWant) -> None:
    """Ask, and put the answer under its key; a Refusal stands there as the field's error."""
    binding = want.binding
    try:
        command = command_of(binding.command, want.pick.args["input"], binding.refs)
        answer = loader.ask(command, loader.viewer.actor, want.pick.key)
    except Refusal as refusal:
        want.out[want.pick.key] = refusal
        return
    row = msgspec.to_builtins(answer, builtin_types=(datetime,))
    loader.embed(want.pick, binding.type, [(row, want.out)])
