"""Legal holds: what an item said stays where it is while a matter is open."""

from __future__ import annotations

from contracts.commands import Command, command
from contracts.facts import Fact, fact
from contracts.permissions import Permission
from contracts.topics import Topic


@fact(Topic.CONTENT)
class LegalHoldSet(Fact, frozen=True, kw_only=True):
    """What the item said must be kept for a matter. Aggregate: the hold."""

    hold_id: str
    content_id: str
    unit_id: str
    matter: str
    set_by: str
    reason: str


@fact(Topic.CONTENT)
class LegalHoldLifted(Fact, frozen=True, kw_only=True):
    """The matter is over for this item. Aggregate: the hold."""

    hold_id: str
    content_id: str
    lifted_by: str
    reason: str


@command("workflow", Permission.HOLD_MANAGE)
class SetLegalHold(Command, frozen=True, kw_only=True):
    """Nothing live of the item is taken down while a matter is open."""

    content_id: str
    matter: str
    reason: str


@command("workflow", Permission.HOLD_MANAGE)
class LiftLegalHold(Command, frozen=True, kw_only=True):
    """The matter is over for this item; says why."""

    hold_id: str
    reason: str
