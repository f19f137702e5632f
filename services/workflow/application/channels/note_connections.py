"""Keep the registry in step with what ingest tells of connections."""

from __future__ import annotations

from collections.abc import Sequence

from chassis.ports import BatchWork, Change, Delivered
from contracts.ingest import ChannelConnected, ChannelHealthChanged
from contracts.workflow.channels import ChannelState
from services.workflow.domain.channels.connection import connected, health_changed
from services.workflow.domain.channels.entities import Channel
from services.workflow.domain.transition import Transition

Told = ChannelConnected | ChannelHealthChanged


def note_connections(batch: Sequence[Delivered], work: BatchWork) -> None:
    """One write for each channel, however many facts of it are in the batch.

    Channels that workflow does not know are left alone: ingest asks workflow before it connects
    one, so there is nothing to keep. Archived channels stay as they ended.
    """
    told: dict[str, list[Told]] = {}
    for item in batch:
        if isinstance(item.fact, Told):
            told.setdefault(item.envelope.org_id, []).append(item.fact)
    changes = [change for org_id, facts in told.items() for change in _noted(org_id, facts, work)]
    if changes:
        work.write(changes)


def _noted(org_id: str, facts: Sequence[Told], work: BatchWork) -> list[Change]:
    stored = work.load(Channel, org_id, list(dict.fromkeys(fact.channel_id for fact in facts)))
    steps = {ident: Transition(channel) for ident, channel in stored.items()}
    for fact in facts:
        step = steps.get(fact.channel_id)
        if step is not None and step.entity.state is not ChannelState.ARCHIVED:
            steps[fact.channel_id] = _after(step, fact)
    return [
        Change(entity=step.entity, facts=step.facts)
        for ident, step in steps.items()
        if step.entity != stored[ident]
    ]


def _after(step: Transition[Channel], fact: Told) -> Transition[Channel]:
    if isinstance(fact, ChannelConnected):
        following = connected(step.entity, fact)
    else:
        following = health_changed(step.entity, fact)
    return Transition(following.entity, step.facts + following.facts)
