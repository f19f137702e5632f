"""Use cases of policies, waivers and the register; ``checking.judged`` judges one item."""

from __future__ import annotations

from typing import Final

from chassis.ports import TimerHandler, UseCase, Work
from contracts.commands import Command
from contracts.workflow import policies as orders
from services.workflow.application.content.items import target_of_item
from services.workflow.application.governance.target import (
    Target,
    TargetOf,
    whole_organization,
)
from services.workflow.application.policies.judge_draft import judge_draft
from services.workflow.application.policies.keep_register import (
    add_register_entry,
    remove_register_entry,
)
from services.workflow.application.policies.publish import publish_policy
from services.workflow.application.policies.rechecking import (
    BEGINS_TIMER,
    ENDS_TIMER,
    ITEM_TIMER,
    WAIVER_TIMER,
    policy_begins,
    policy_ends,
    recheck_item,
    waiver_ends,
)
from services.workflow.application.policies.record_evidence import record_evidence
from services.workflow.application.policies.retire import retire_policy
from services.workflow.application.policies.waive import ask_waiver, grant_waiver, refuse_waiver
from services.workflow.domain.content.item import ContentItem
from services.workflow.domain.policies.entities import Waiver

HANDLERS: Final[dict[type[Command], UseCase]] = {
    orders.PublishPolicy: publish_policy,
    orders.RetirePolicy: retire_policy,
    orders.AskWaiver: ask_waiver,
    orders.GrantWaiver: grant_waiver,
    orders.RefuseWaiver: refuse_waiver,
    orders.AddRegisterEntry: add_register_entry,
    orders.RemoveRegisterEntry: remove_register_entry,
    orders.JudgeDraft: judge_draft,
    orders.RecordEvidence: record_evidence,
}


def _asked(command: orders.AskWaiver, work: Work) -> Target:
    return target_of_item(work.get(ContentItem, command.content_id))


def _decided(command: orders.GrantWaiver | orders.RefuseWaiver, work: Work) -> Target:
    waiver = work.get(Waiver, command.waiver_id)
    return target_of_item(work.get(ContentItem, waiver.content_id))


def _drafted(command: orders.JudgeDraft, _work: Work) -> Target:
    channels = {variant.channel_id for variant in command.variants}
    return Target(
        unit_id=command.unit_id, channel_id=channels.pop() if len(channels) == 1 else None
    )


TARGETS: Final[dict[type[Command], TargetOf]] = {
    orders.PublishPolicy: whole_organization,
    orders.RetirePolicy: whole_organization,
    orders.AddRegisterEntry: whole_organization,
    orders.RemoveRegisterEntry: whole_organization,
    orders.AskWaiver: _asked,
    orders.GrantWaiver: _decided,
    orders.RefuseWaiver: _decided,
    orders.JudgeDraft: _drafted,
}
"""RecordEvidence has none: only ingest gives it."""

TIMERS: Final[dict[str, TimerHandler]] = {
    BEGINS_TIMER: policy_begins,
    ENDS_TIMER: policy_ends,
    ITEM_TIMER: recheck_item,
    WAIVER_TIMER: waiver_ends,
}
