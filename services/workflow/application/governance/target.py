"""What an order touches, as far as grants are concerned."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from chassis.ports import Work


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """The unit and the channel that an order touches; without both, the organization.

    A grant on the organization, on the unit or one above it, or on the channel allows the order.
    With a channel alone, the unit is the channel's own. ``anywhere``: any grant will do, because
    what is touched belongs to no unit and shows nothing of any.
    """

    unit_id: str | None = None
    channel_id: str | None = None
    anywhere: bool = False


TargetOf = Callable[[Any, Work], Target]
"""Finds the target of a command; answers NotFound for what the organization does not have."""


def whole_organization(_command: Any, _work: Work) -> Target:
    """For orders that touch the organization itself."""
    return Target()


def anywhere(_command: Any, _work: Work) -> Target:
    """For orders that whoever holds the permission somewhere may give."""
    return Target(anywhere=True)
