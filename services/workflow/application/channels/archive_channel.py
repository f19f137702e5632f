"""End a channel."""

from __future__ import annotations

from chassis.ports import Work
from contracts.commands import Done
from contracts.workflow.channels import ArchiveChannel
from services.workflow.application.governance import Target
from services.workflow.domain.channels.entities import Channel
from services.workflow.domain.channels.registry import archive


def target_of(command: ArchiveChannel, _work: Work) -> Target:
    """The channel."""
    return Target(channel_id=command.channel_id)


def archive_channel(command: ArchiveChannel, work: Work) -> Done:
    """Nothing is deleted; ChannelArchived if it has ended before."""
    step = archive(work.get(Channel, command.channel_id), command.reason)
    channel = work.save(step.entity, *step.facts, reason=command.reason)
    return Done(id=channel.id, rev=channel.rev, state=channel.state)
