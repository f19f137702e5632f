"""The calendar on a real database: what its orders store, its views can read."""

from __future__ import annotations

import msgspec
import pytest

from chassis.mongo.factory import WorkFactory
from chassis.ports import Work
from contracts.permissions import Role
from contracts.views import View
from contracts.views.calendar import (
    CalendarSettingsView,
    CalendarWindowView,
    ContentSeriesView,
)
from contracts.views.workflow import ContentItemView
from contracts.workflow.calendar import SetCalendar
from contracts.workflow.channels import ChannelState
from contracts.workflow.content import ContentState, Schedule
from contracts.workflow.content_parts import ProfileChange
from contracts.workflow.profiles import DraftProfileChange, ProfileVariant
from services.workflow.application.calendar.series import series_submit
from services.workflow.domain.channels.entities import Channel
from services.workflow.domain.content.item import ContentItem
from tests.integration.workflow_views.calendar import keep_calendar
from tests.integration.workflow_views.test_read_contracts import decoded
from tests.unit.workflow_organizations.office import AnyOffice


@pytest.fixture
def kept(office: AnyOffice, factory: WorkFactory) -> tuple[str, str]:
    """The unit and the channel of a calendar that is kept."""
    unit_id = office.a_unit()
    author = office.a_member("bob", (Role.MANAGER, unit_id))
    office.a_member("eve", (Role.REVIEWER, None))
    channel_id = office.a_channel(unit_id)

    def connect(work: Work) -> None:
        channel = work.get(Channel, channel_id)
        work.save(msgspec.structs.replace(channel, state=ChannelState.ACTIVE, can_publish=True))

    factory.run(office.admin, office.org_id, connect)
    keep_calendar(office, author, unit_id, channel_id=channel_id, now=factory.clock.now())
    return unit_id, channel_id


@pytest.mark.parametrize("view", [CalendarWindowView, CalendarSettingsView, ContentSeriesView])
def test_what_the_calendar_stores_is_what_its_views_say(
    office: AnyOffice, factory: WorkFactory, kept: tuple[str, str], view: type[View]
) -> None:
    stored = list(factory.database[view.COLLECTION].find({"org_id": office.org_id}))
    assert stored
    for document in stored:
        decoded(view, document)


def test_an_occurrence_is_made_and_submitted_once(
    office: AnyOffice, factory: WorkFactory, kept: tuple[str, str]
) -> None:
    (item,) = [each for each in factory.reader(office.org_id).find(ContentItem) if each.series_id]
    for _ in range(2):
        factory.run(office.admin, office.org_id, lambda work: series_submit(item.id, work))
    stored = factory.reader(office.org_id).get(ContentItem, item.id)
    assert (stored.state, stored.version) == (ContentState.IN_REVIEW, 1)
    document = factory.database["content_items"].find_one({"org_id": office.org_id, "_id": item.id})
    assert document is not None
    decoded(ContentItemView, document)


def test_settings_are_changed_in_place(
    office: AnyOffice, factory: WorkFactory, kept: tuple[str, str]
) -> None:
    office.give(SetCalendar(gap_minutes=5, reuses_approval=True))
    (stored,) = factory.database["calendar_settings"].find({"org_id": office.org_id})
    assert (stored["gap_minutes"], stored["reuses_approval"]) == (5, True)


def test_a_change_of_a_profile_is_stored_whole(
    office: AnyOffice, factory: WorkFactory, kept: tuple[str, str]
) -> None:
    unit_id, channel_id = kept
    change = ProfileChange(bio="Ice.", pinned="101")
    ends = Schedule(wall_time="2199-01-01T00:00", time_zone="Asia/Tokyo")
    order = DraftProfileChange(
        unit_id=unit_id,
        profiles=(ProfileVariant(channel_id=channel_id, change=change),),
        ends=ends,
    )
    content_id = office.give(order).content_id
    item = factory.reader(office.org_id).get(ContentItem, content_id)
    assert (item.variants[0].profile, item.ends) == (change, ends)
