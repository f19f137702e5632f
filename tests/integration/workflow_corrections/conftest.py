"""The same prepared database as for orders, and a mistake in it."""

from __future__ import annotations

import pytest

from chassis.mongo.factory import WorkFactory, service_actor
from contracts.ingest import ChannelConnected
from contracts.permissions import Role
from services.workflow.domain.channels.connection import connected
from services.workflow.domain.channels.entities import Channel
from tests.integration.workflow_organizations.conftest import factory, office
from tests.integration.workflow_views.corrections import Mistake
from tests.unit.workflow_organizations.office import AnyOffice

__all__ = ["factory", "mistaken", "office"]


@pytest.fixture
def mistaken(office: AnyOffice, factory: WorkFactory) -> Mistake:
    """An office with a channel, somebody who writes and somebody who reviews."""
    press, desk = office.a_unit("Press"), office.a_unit("Desk")
    bob = office.a_member("bob", (Role.MANAGER, None))
    eve = office.a_member("eve", (Role.REVIEWER, None))
    channel_id = office.a_channel(press)
    told = ChannelConnected(
        channel_id=channel_id,
        platform="mastodon",
        base_url="https://mastodon.example",
        external_account_id="42",
        handle="city",
        can_publish=True,
        can_edit=True,
    )
    factory.run(
        service_actor("workflow"),
        office.org_id,
        lambda work: work.save(connected(work.get(Channel, channel_id), told).entity),
    )
    made = Mistake(office, factory.reader(office.org_id), author=bob, reviewer=eve)
    made.own_up(press, desk, channel_id)
    return made
