"""Connect a channel: ask workflow, ask the platform, keep the credentials, start to listen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import msgspec

from chassis.errors import Refusal, RefusalCode
from chassis.ports import Work
from contracts.ingest import ConnectChannel, Connected, Health, MediaRules
from contracts.permissions import Permission
from contracts.workflow.channels import AuthorizeChannel, ChannelAccess, ChannelState, Platform
from services.ingest.application import credentials
from services.ingest.application.connector import Capability, Connector, Declaration, Outbound
from services.ingest.application.ports import Cipher, Turns, Workflow
from services.ingest.domain.connections.access import Access, Account, merged
from services.ingest.domain.connections.connection import Connection, Opening, opened
from services.ingest.domain.connections.trouble import Trouble

_CODES: Final = {
    Health.REVOKED: RefusalCode.PLATFORM_REFUSED,
    Health.NOT_A_FEED: RefusalCode.NOT_A_FEED,
    Health.RATE_LIMITED: RefusalCode.RATE_LIMITED,
    Health.UNREACHABLE: RefusalCode.UNAVAILABLE,
}

NO_MEDIA: Final = MediaRules(most=0, kinds=())
VISITED: Final = frozenset({Capability.LISTEN, Capability.PUBLISH})
"""Who does one of these has to know where."""


@dataclass(frozen=True, kw_only=True)
class Switchboard:
    """What connecting and disconnecting need."""

    connectors: Mapping[Platform, Connector]
    http: Outbound
    cipher: Cipher
    workflow: Workflow
    turns: Turns


def authorized(board: Switchboard, channel_id: str, work: Work) -> ChannelAccess:
    """The channel as workflow knows it, if the person may connect it; workflow's refusal if not."""
    order = AuthorizeChannel(channel_id=channel_id, permission=Permission.CHANNEL_CONNECT)
    answer = board.workflow.send(order, work.actor)
    if not isinstance(answer, ChannelAccess):
        raise TypeError(f"workflow answered {type(answer).__name__}")
    return answer


def connect_channel(board: Switchboard, command: ConnectChannel, work: Work) -> Connected:
    """Nothing is stored unless the platform accepted the credentials just now."""
    channel = authorized(board, command.channel_id, work)
    connector = _connector(board, channel)
    _refuse_wrong_credentials(connector.declares, channel, command.credentials)
    access = Access(
        base_url=channel.base_url, credentials=command.credentials, handle=channel.handle
    )
    account = _checked(connector, access, board.http)
    declares = connector.declares
    if declares.credential_names or declares.optional_credentials:
        values = merged(command.credentials, account.renewed)
        credentials.keep(work, board.cipher, channel.channel_id, values=values)
    account = msgspec.structs.replace(account, media=account.media or declares.media or NO_MEDIA)
    previous = work.first(Connection, id=channel.channel_id)
    connection = _stored(channel, account, work, previous=previous, declares=declares)
    if Capability.LISTEN in connector.declares.capabilities:
        is_other = previous is None or previous.external_account_id != account.external_id
        board.turns.start(work.org_id, connection.id, forget_cursor=is_other)
    return Connected(
        channel_id=connection.id,
        handle=connection.handle,
        external_account_id=connection.external_account_id,
        health=connection.health,
    )


def _connector(board: Switchboard, channel: ChannelAccess) -> Connector:
    if channel.state is ChannelState.ARCHIVED:
        raise Refusal(RefusalCode.CHANNEL_ARCHIVED, "An archived channel cannot be connected.")
    found = board.connectors.get(channel.platform)
    if found is None:
        sentence = f"No connector speaks with {channel.platform.value}."
        raise Refusal(RefusalCode.UNKNOWN_PLATFORM, sentence)
    return found


def _refuse_wrong_credentials(
    declares: Declaration, channel: ChannelAccess, given: Mapping[str, str]
) -> None:
    for name in declares.credential_names:
        if not given.get(name):
            raise Refusal(
                RefusalCode.INVALID_ARGUMENT,
                f"{channel.platform.value} needs {name}.",
                field=("credentials", name),
            )
    known = {*declares.credential_names, *declares.optional_credentials}
    unknown = sorted(set(given) - known)
    if unknown:
        raise Refusal(
            RefusalCode.INVALID_ARGUMENT,
            f"{channel.platform.value} takes no {unknown[0]}.",
            field=("credentials", unknown[0]),
        )
    if declares.capabilities & VISITED and not channel.base_url:
        sentence = "The channel has no address: name its server or feed first."
        raise Refusal(RefusalCode.INVALID_ARGUMENT, sentence, field=("base_url",))


def _checked(connector: Connector, access: Access, http: Outbound) -> Account:
    try:
        return connector.check(access, http)
    except Trouble as trouble:
        code = _CODES.get(trouble.health, RefusalCode.PLATFORM_REFUSED)
        data = {"health": trouble.health.value, "retry_after": trouble.retry_after}
        kept = {name: value for name, value in data.items() if value is not None}
        raise Refusal(code, trouble.sentence, field=("credentials",), data=kept) from trouble


def _stored(
    channel: ChannelAccess,
    account: Account,
    work: Work,
    *,
    previous: Connection | None,
    declares: Declaration,
) -> Connection:
    opening = Opening(
        org_id=work.org_id,
        channel=channel,
        account=account,
        connected_by=work.actor.person_id,
        at=work.now,
        can_edit=Capability.EDIT in declares.capabilities,
        can_delete=Capability.DELETE in declares.capabilities,
    )
    step = opened(opening, previous)
    if previous is None:
        return work.add(step.entity, *step.facts)
    return work.save(step.entity, *step.facts)
