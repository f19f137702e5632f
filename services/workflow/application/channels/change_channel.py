"""Rename or move a channel, or name other holders."""

from __future__ import annotations

from chassis.ports import Work
from contracts.commands import Done
from contracts.permissions import Permission
from contracts.workflow.channels import ChangeChannel
from services.workflow.application.channels.holders import check_holders, check_unit
from services.workflow.application.governance import Target
from services.workflow.application.governance.rights import require
from services.workflow.domain.channels.entities import Channel
from services.workflow.domain.channels.registry import change


def target_of(command: ChangeChannel, _work: Work) -> Target:
    """The channel, in the unit that holds it now."""
    return Target(channel_id=command.channel_id)


def change_channel(command: ChangeChannel, work: Work) -> Done:
    """A move is also asked for at the new unit."""
    channel = work.get(Channel, command.channel_id)
    step = change(channel, command)
    if step.entity.unit_id != channel.unit_id:
        require(work, Permission.CHANNEL_MANAGE, Target(unit_id=command.unit_id))
    check_unit(work, command.unit_id)
    check_holders(work, command.steward_id, command.deputy_ids)
    if step.facts:
        channel = work.save(step.entity, *step.facts)
    return Done(id=channel.id, rev=channel.rev, state=channel.state)
