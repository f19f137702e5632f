"""What a pure step gives back."""

from __future__ import annotations

from typing import Generic, TypeVar

import msgspec

from chassis.ports import Entity
from contracts.facts import Fact

T = TypeVar("T", bound=Entity)


class Transition(msgspec.Struct, Generic[T], frozen=True):
    """The next state of one aggregate and the facts it speaks, in their order."""

    entity: T
    facts: tuple[Fact, ...] = ()
