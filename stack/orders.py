"""How the command line gives orders: as an operator, or as the person it stands in for."""

from __future__ import annotations

from typing import TypeVar

from chassis.clock import SystemClock
from chassis.command_client import CommandClient
from chassis.http.tokens import InternalSigner
from chassis.ids import SystemIds
from chassis.ports import Actor, ActorKind
from contracts.commands import Answer, Command
from stack.environment import Place
from stack.layout import port_of

A = TypeVar("A", bound=Answer)

OPERATOR = Actor(kind=ActorKind.OPERATOR, account_id="command-line", source="command line")


class Orders:
    """Sends commands to the running services, with the installation's own key."""

    def __init__(self, place: Place) -> None:
        first = place.settings.port
        urls = {
            "workflow": f"http://127.0.0.1:{port_of('workflow-web', first)}",
            "ingest": f"http://127.0.0.1:{port_of('ingest-web', first)}",
        }
        clock = SystemClock()
        self._ids = SystemIds(clock)
        self._client = CommandClient(urls, InternalSigner(place.secrets["token_key"], clock))

    def give(self, command: Command, actor: Actor, answer: type[A]) -> A:
        """The owner's answer, of the kind that the command promises; Refusal or Unavailable."""
        found = self._client.send(command, actor, key=self._ids.new())
        if not isinstance(found, answer):
            raise TypeError(f"{type(command).__name__} was answered with {type(found).__name__}")
        return found


def person(org_id: str, person_id: str, account_id: str) -> Actor:
    """A member, as the command line acts for them."""
    return Actor(
        kind=ActorKind.PERSON,
        account_id=account_id,
        org_id=org_id,
        person_id=person_id,
        source="command line",
    )
