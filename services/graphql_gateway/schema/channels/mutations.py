"""Mutations of the area channels."""

from __future__ import annotations

from typing import Final

from contracts.ingest import ConnectChannel, DisconnectChannel
from contracts.workflow.channels import AddChannel, ArchiveChannel, ChangeChannel
from services.graphql_gateway.execution.bindings import Act

MUTATIONS: Final[dict[str, Act]] = {
    "channelAdd": Act(
        AddChannel, "channel", "Channel", "Register an official account; connect it to use it."
    ),
    "channelChange": Act(
        ChangeChannel, "channel", "Channel", "Rename, move, or name other stewards."
    ),
    "channelConnect": Act(
        ConnectChannel,
        "channel",
        "Channel",
        "Check credentials with the platform, keep them encrypted, and start to listen. "
        "mastodon: access_token; atproto: identifier and password; feed: none.",
        answer_id="channel_id",
    ),
    "channelDisconnect": Act(
        DisconnectChannel, "channel", "Channel", "Forget the credentials and stop to listen."
    ),
    "channelArchive": Act(ArchiveChannel, "channel", "Channel", "End a channel for good."),
}
