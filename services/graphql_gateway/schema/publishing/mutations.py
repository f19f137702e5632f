"""Mutations and subscriptions of the area publishing."""

from __future__ import annotations

from typing import Final

from contracts.topics import Topic
from contracts.workflow.deliveries import (
    CancelDelivery,
    HoldDelivery,
    ResumeAll,
    RetryDelivery,
    SetChannelRate,
    SettleDelivery,
    StopAll,
)
from services.graphql_gateway.execution.bindings import Act, Stream

_RETURNS: Final = ("delivery", "Delivery")
_STOP: Final = ("stop", "PublishingStop")

MUTATIONS: Final[dict[str, Act]] = {
    "deliveryRetry": Act(
        RetryDelivery, *_RETURNS, "Try a delivery again that failed, is held or needs a person."
    ),
    "deliverySettle": Act(SettleDelivery, *_RETURNS, "Say that the post is there, or give it up."),
    "deliveryHold": Act(HoldDelivery, *_RETURNS, "Hold a delivery until somebody retries it."),
    "deliveryCancel": Act(CancelDelivery, *_RETURNS, "Take one channel out of a delivery."),
    "publishingStop": Act(
        StopAll, *_STOP, "Halt everything that is due, but for the exemptions, at once."
    ),
    "publishingResume": Act(
        ResumeAll, *_STOP, "End a stop; what it held goes out at each channel's rate."
    ),
    "channelRateSet": Act(
        SetChannelRate, "pace", "ChannelPace", "Set how fast a channel takes a backlog."
    ),
}

SUBSCRIPTIONS: Final[dict[str, Stream]] = {
    "deliveryChanged": Stream(
        Topic.DELIVERIES,
        "delivery",
        "Delivery",
        "Deliveries in sight as they move. After `Resync` some was missed: read again.",
    ),
    "publishingStopChanged": Stream(
        Topic.DELIVERIES,
        "stop",
        "PublishingStop",
        "Stops of all publishing as they begin and end. After `Resync` some was missed: read again.",
    ),
}
