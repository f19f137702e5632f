"""Answer ingest: may this person do this to the channel, and what is it?"""

from __future__ import annotations

from chassis.ports import Work
from contracts.workflow.channels import AuthorizeChannel, ChannelAccess
from services.workflow.application.governance import Target
from services.workflow.application.governance.rights import require
from services.workflow.domain.channels.entities import Channel
from services.workflow.domain.channels.registry import check_not_archived


def authorize_channel(command: AuthorizeChannel, work: Work) -> ChannelAccess:
    """Refused as the act itself would be: NotFound, Forbidden, PersonInactive, ChannelArchived."""
    channel = work.get(Channel, command.channel_id)
    target = Target(unit_id=channel.unit_id, channel_id=channel.id)
    require(work, command.permission, target)
    check_not_archived(channel, "channelId")
    return ChannelAccess(
        channel_id=channel.id,
        platform=channel.platform,
        base_url=channel.base_url,
        handle=channel.handle,
        name=channel.name,
        unit_id=channel.unit_id,
        state=channel.state,
    )
