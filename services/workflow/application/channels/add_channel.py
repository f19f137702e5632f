"""Put an official account into the registry."""

from __future__ import annotations

from chassis.ports import Work
from contracts.commands import Done
from contracts.workflow.channels import AddChannel
from services.workflow.application.channels.holders import check_holders, check_unit
from services.workflow.application.governance import Target
from services.workflow.application.organizations.turn import take_turn
from services.workflow.domain.channels.entities import Channel
from services.workflow.domain.channels.registry import add, check_is_new


def target_of(command: AddChannel, _work: Work) -> Target:
    """The unit that will hold it."""
    return Target(unit_id=command.unit_id)


def add_channel(command: AddChannel, work: Work) -> Done:
    """Additions take turns, so that an account is in the registry once."""
    check_unit(work, command.unit_id)
    check_holders(work, command.steward_id, command.deputy_ids)
    step = add(command, ident=work.ids.new(), org_id=work.org_id, now=work.now)
    take_turn(work, "a channel is added")
    same_place = work.find(Channel, platform=step.entity.platform, base_url=step.entity.base_url)
    check_is_new(step.entity, same_place)
    channel = work.add(step.entity, *step.facts)
    return Done(id=channel.id, rev=channel.rev, state=channel.state)
