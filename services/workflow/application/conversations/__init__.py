"""Use cases of conversations; ``attach_arrivals`` is the handler of the arrivals group."""

from __future__ import annotations

from typing import Final

from chassis.ports import TimerHandler, UseCase
from contracts.commands import Command
from contracts.workflow import conversations as orders
from services.workflow.application.conversations.assign import assign_conversation
from services.workflow.application.conversations.claim import (
    CLAIM_TIMER,
    claim_conversation,
    lapse_claim,
)
from services.workflow.application.conversations.moving import target_of
from services.workflow.application.conversations.quiet import QUIET_TIMER, fall_quiet
from services.workflow.application.conversations.release import release_conversation
from services.workflow.application.conversations.resolve import resolve_conversation
from services.workflow.application.conversations.triage import triage_conversation
from services.workflow.application.governance.target import TargetOf

HANDLERS: Final[dict[type[Command], UseCase]] = {
    orders.ClaimConversation: claim_conversation,
    orders.ReleaseConversation: release_conversation,
    orders.AssignConversation: assign_conversation,
    orders.TriageConversation: triage_conversation,
    orders.ResolveConversation: resolve_conversation,
}
TARGETS: Final[dict[type[Command], TargetOf]] = dict.fromkeys(HANDLERS, target_of)
TIMERS: Final[dict[str, TimerHandler]] = {CLAIM_TIMER: lapse_claim, QUIET_TIMER: fall_quiet}
