"""How channels enter the registry, change and end (DOMAIN 5)."""

from __future__ import annotations

from datetime import datetime

import msgspec

from contracts.ingest import Health
from contracts.refusals import Refusal, RefusalCode
from contracts.workflow.channels import (
    AddChannel,
    ChangeChannel,
    ChannelAdded,
    ChannelChanged,
    ChannelState,
    ChannelStateChanged,
    Platform,
)
from services.workflow.domain import wording
from services.workflow.domain.channels.addresses import WHOLE_ADDRESS, account_of
from services.workflow.domain.channels.entities import Channel, ChannelHealth
from services.workflow.domain.transition import Transition

DEPUTY_LIMIT = 20
_UNCONNECTED = ChannelHealth(state=Health.UNCONNECTED, detail="Connect the channel to listen.")
_FED_BY_IMPORT = ChannelHealth(state=Health.OK, detail="Fed by imports.")


def add(command: AddChannel, *, ident: str, org_id: str, now: datetime) -> Transition[Channel]:
    """A new channel: approved until it is connected; an archive needs no connection.

    The caller has made sure that the unit and the people exist.
    """
    is_archive = command.platform is Platform.ARCHIVE
    handle, base_url = account_of(command)
    after = Channel(
        id=ident,
        org_id=org_id,
        platform=command.platform,
        name=wording.line(command.name, "name"),
        handle=handle,
        base_url=base_url,
        unit_id=command.unit_id,
        steward_id=command.steward_id,
        deputy_ids=_deputies(command.deputy_ids, command.steward_id),
        state=ChannelState.ACTIVE if is_archive else ChannelState.APPROVED,
        health=_FED_BY_IMPORT if is_archive else _UNCONNECTED,
        can_publish=False,
        text_limit=None,
        created_at=now,
    )
    return Transition(after, (_added(after),))


def change(channel: Channel, command: ChangeChannel) -> Transition[Channel]:
    """Rename, move, or other holders; an archived channel is refused."""
    check_not_archived(channel)
    given = {
        name: value
        for name, value in msgspec.structs.asdict(command).items()
        if name != "channel_id" and value is not None
    }
    if "name" in given:
        given["name"] = wording.line(given["name"], "name")
    after = msgspec.structs.replace(channel, **given)
    deputies = _deputies(after.deputy_ids, after.steward_id)
    after = msgspec.structs.replace(after, deputy_ids=deputies)
    return Transition(after, (_changed(after),)) if after != channel else Transition(channel)


def archive(channel: Channel, why: str) -> Transition[Channel]:
    """The channel ends; what was said on it stays."""
    told = wording.reason(why)
    check_not_archived(channel)
    return moved(channel, ChannelState.ARCHIVED, told)


def moved(channel: Channel, state: ChannelState, why: str) -> Transition[Channel]:
    """The channel in another state, and the fact of it."""
    fact = ChannelStateChanged(channel_id=channel.id, state=state, reason=why)
    return Transition(msgspec.structs.replace(channel, state=state), (fact,))


def check_not_archived(channel: Channel, *field: str) -> Channel:
    """The channel, unless it has ended."""
    if channel.state is ChannelState.ARCHIVED:
        raise Refusal(
            RefusalCode.CHANNEL_ARCHIVED,
            f"{channel.name} is archived.",
            field=field,
            data={"channel_id": channel.id},
        )
    return channel


def check_is_new(channel: Channel, others: list[Channel]) -> None:
    """Refuses AlreadyExists if one of the others is the same account and has not ended."""
    if not channel.handle and channel.platform not in WHOLE_ADDRESS:
        return
    mine = _account(channel)
    for other in others:
        if other.state is not ChannelState.ARCHIVED and _account(other) == mine:
            raise Refusal(
                RefusalCode.ALREADY_EXISTS,
                f"This account is in the registry already, as {other.name}.",
                field=("handle",),
                data={"channel_id": other.id},
            )


def _account(channel: Channel) -> tuple[str, str, str]:
    handle = "" if channel.platform in WHOLE_ADDRESS else channel.handle.casefold()
    return channel.platform, channel.base_url, handle


def _deputies(deputy_ids: tuple[str, ...], steward_id: str) -> tuple[str, ...]:
    unique = tuple(dict.fromkeys(deputy_ids))
    if steward_id in unique:
        raise wording.invalid("A deputy is somebody else than the steward.", "deputyIds")
    if len(unique) > DEPUTY_LIMIT:
        raise wording.invalid(f"A channel has {DEPUTY_LIMIT} deputies at most.", "deputyIds")
    return unique


def _added(channel: Channel) -> ChannelAdded:
    return ChannelAdded(
        channel_id=channel.id,
        platform=channel.platform,
        name=channel.name,
        handle=channel.handle,
        base_url=channel.base_url,
        unit_id=channel.unit_id,
        steward_id=channel.steward_id,
        deputy_ids=channel.deputy_ids,
        state=channel.state,
    )


def _changed(channel: Channel) -> ChannelChanged:
    return ChannelChanged(
        channel_id=channel.id,
        name=channel.name,
        unit_id=channel.unit_id,
        steward_id=channel.steward_id,
        deputy_ids=channel.deputy_ids,
    )
