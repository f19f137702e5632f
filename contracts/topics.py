"""Topics and the durable groups that read them.

Grammar of a topic: ``<speaker>.<plural aggregate>``; on the wire it is prefixed with the namespace
(``rostrum.workflow.conversations``). Grammar of a group: ``<reader>.<topic's last word>``.
All facts of one aggregate go to one topic, keyed by organization and aggregate.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

PARTITIONS: Final = 4
"""Fixed when a topic is created: the embedded broker cannot add partitions later."""


class Topic(StrEnum):
    """Every topic of the platform."""

    ARRIVALS = "ingest.arrivals"
    CONNECTIONS = "ingest.connections"
    ORGANIZATIONS = "workflow.organizations"
    CHANNELS = "workflow.channels"
    CONVERSATIONS = "workflow.conversations"
    CONTENT = "workflow.content"
    DELIVERIES = "workflow.deliveries"
    POLICIES = "workflow.policies"

    @property
    def speaker(self) -> str:
        """The service whose outbox feeds the topic."""
        return self.value.split(".", 1)[0]


class Group(StrEnum):
    """Every durable consumer group: its effects are stored, so the outbox waits for it."""

    WORKFLOW_ARRIVALS = "workflow.arrivals"
    WORKFLOW_CONNECTIONS = "workflow.connections"
    INGEST_CHANNELS = "ingest.channels"
    INGEST_DELIVERIES = "ingest.deliveries"
    INGEST_POLICIES = "ingest.policies"
    GATEWAY_ORGANIZATIONS = "graphql_gateway.organizations"
    REPORTING_CONVERSATIONS = "reporting.conversations"
    REPORTING_CONTENT = "reporting.content"
    REPORTING_DELIVERIES = "reporting.deliveries"

    @property
    def reader(self) -> str:
        """The service that runs the group."""
        return self.value.split(".", 1)[0]


SUBSCRIPTIONS: Final[dict[Group, Topic]] = {
    Group.WORKFLOW_ARRIVALS: Topic.ARRIVALS,
    Group.WORKFLOW_CONNECTIONS: Topic.CONNECTIONS,
    Group.INGEST_CHANNELS: Topic.CHANNELS,
    Group.INGEST_DELIVERIES: Topic.DELIVERIES,
    Group.INGEST_POLICIES: Topic.POLICIES,
    Group.GATEWAY_ORGANIZATIONS: Topic.ORGANIZATIONS,
    Group.REPORTING_CONVERSATIONS: Topic.CONVERSATIONS,
    Group.REPORTING_CONTENT: Topic.CONTENT,
    Group.REPORTING_DELIVERIES: Topic.DELIVERIES,
}
"""One topic per group: a group that is slow on one topic never delays another."""


def groups_of(topic: Topic) -> list[Group]:
    """The durable groups that must be past a fact before it leaves the outbox."""
    return [group for group, read in SUBSCRIPTIONS.items() if read is topic]
