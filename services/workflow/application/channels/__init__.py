"""Use cases of the channel registry."""

from __future__ import annotations

from typing import Final

from chassis.ports import TimerHandler, UseCase
from contracts.commands import Command
from contracts.workflow.channels import (
    AddChannel,
    ArchiveChannel,
    AuthorizeChannel,
    ChangeChannel,
)
from services.workflow.application.channels import add_channel, archive_channel, change_channel
from services.workflow.application.channels.authorize_channel import authorize_channel
from services.workflow.application.governance.target import TargetOf

HANDLERS: Final[dict[type[Command], UseCase]] = {
    AddChannel: add_channel.add_channel,
    ChangeChannel: change_channel.change_channel,
    ArchiveChannel: archive_channel.archive_channel,
    AuthorizeChannel: authorize_channel,
}
TARGETS: Final[dict[type[Command], TargetOf]] = {
    AddChannel: add_channel.target_of,
    ChangeChannel: change_channel.target_of,
    ArchiveChannel: archive_channel.target_of,
}
TIMERS: Final[dict[str, TimerHandler]] = {}
