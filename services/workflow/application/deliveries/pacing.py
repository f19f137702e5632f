"""The gate and the rate of a channel, written by whoever sends, waits or stops."""

from __future__ import annotations

from datetime import datetime

from chassis.errors import Conflict
from chassis.ports import Work
from contracts.commands import Done
from contracts.refusals import Refusal
from contracts.workflow.deliveries import SetChannelRate
from services.workflow.domain.channels.entities import Channel
from services.workflow.domain.channels.registry import check_not_archived
from services.workflow.domain.deliveries.pace import ChannelPace, with_rate, with_turn


def pass_gate(channel_id: str, work: Work) -> None:
    """Write the channel's gate: of two that do so at once, one runs again from its reads."""
    _keep(_pace_of(channel_id, work), work)


def next_turn(channel_id: str, work: Work) -> datetime:
    """When one more late post may go out on the channel; the turn is taken."""
    pace, turn = with_turn(_pace_of(channel_id, work), work.now)
    _keep(pace, work)
    return turn


def set_channel_rate(command: SetChannelRate, work: Work) -> Done:
    """The rate holds for turns that are given from now on."""
    check_not_archived(work.get(Channel, command.channel_id), "channelId")
    stored = _keep(with_rate(_pace_of(command.channel_id, work), command.per_minute), work)
    return Done(id=stored.id, rev=stored.rev)


def _pace_of(channel_id: str, work: Work) -> ChannelPace:
    known = work.first(ChannelPace, id=channel_id)
    return known or ChannelPace(id=channel_id, org_id=work.org_id)


def _keep(pace: ChannelPace, work: Work) -> ChannelPace:
    if pace.rev:
        return work.save(pace)
    try:
        return work.add(pace)
    except Refusal as known:
        raise Conflict(f"the gate of {pace.id} was made meanwhile") from known
