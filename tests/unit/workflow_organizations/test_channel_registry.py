"""Channels enter the registry, change, connect and end."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from contracts.ingest import ChannelConnected, ChannelHealthChanged, Health
from contracts.refusals import Refusal
from contracts.workflow.channels import AddChannel, ChangeChannel, ChannelState, Platform
from services.workflow.domain.channels import connection, registry
from tests.unit.workflow_organizations.builders import NOW, ORG, a_channel, refusal


def added(**changes: Any) -> Any:
    given: dict[str, Any] = {
        "platform": Platform.MASTODON,
        "name": "City",
        "unit_id": "unit-1",
        "steward_id": "person-1",
        "handle": "@city",
        "base_url": "https://Mastodon.example/",
    }
    return registry.add(AddChannel(**(given | changes)), ident="channel-1", org_id=ORG, now=NOW)


def test_a_channel_is_approved_until_it_is_connected() -> None:
    channel = added().entity

    assert channel.state is ChannelState.APPROVED
    assert channel.health.state is Health.UNCONNECTED
    assert (channel.handle, channel.base_url) == ("city", "https://mastodon.example")
    assert not channel.can_publish


def test_an_archive_is_active_at_once_and_needs_no_server() -> None:
    channel = added(platform=Platform.ARCHIVE, base_url="", handle="CityHelp").entity

    assert (channel.state, channel.base_url) == (ChannelState.ACTIVE, "")
    assert channel.health.state is Health.OK


def test_a_feed_keeps_the_path_of_its_address() -> None:
    url = "https://news.example/press/feed.xml?lang=de"

    assert added(platform=Platform.FEED, handle="", base_url=f"{url}#top").entity.base_url == url


@pytest.mark.parametrize(
    "changes",
    [
        {"base_url": ""},
        {"base_url": "mastodon.example"},
        {"base_url": "ftp://mastodon.example"},
        {"base_url": "file:///etc/passwd"},
        {"base_url": "https://"},
        {"base_url": "https://user:secret@mastodon.example"},
        {"base_url": "https://mastodon.example/api"},
        {"base_url": "https://mastodon.example?x=1"},
        {"base_url": "https://mastodon.example:0"},
        {"base_url": "https://mastodon.example:99999"},
        {"base_url": "https://[::1"},
        {"base_url": "https://mastodon.example\\@evil.example"},
        {"base_url": "https://masto don.example"},
        {"platform": Platform.FEED, "base_url": ""},
        {"platform": Platform.ATPROTO, "handle": "", "base_url": ""},
        {"platform": Platform.ARCHIVE, "base_url": "here"},
    ],
)
def test_an_address_that_nobody_can_use_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(Refusal) as failed:
        added(**changes)

    assert refusal(failed) == ("InvalidArgument", ("baseUrl",))


@pytest.mark.parametrize(
    ("platform", "handle", "stored"),
    [
        (Platform.MASTODON, "@city@mastodon.example", "city@mastodon.example"),
        (Platform.MASTODON, "city_hall", "city_hall"),
        (Platform.ATPROTO, "@City.Example.com", "city.example.com"),
        (Platform.ATPROTO, "did:plc:ewvi7nxzyoun6zhxrhs64oiz", "did:plc:ewvi7nxzyoun6zhxrhs64oiz"),
        (Platform.ATPROTO, "", ""),
    ],
)
def test_handles_follow_their_platform(platform: Platform, handle: str, stored: str) -> None:
    assert added(platform=platform, handle=handle).entity.handle == stored


@pytest.mark.parametrize(
    ("platform", "handle"),
    [
        (Platform.MASTODON, "city hall"),
        (Platform.MASTODON, "city/hall"),
        (Platform.MASTODON, "@"),
        (Platform.ATPROTO, "city"),
        (Platform.ATPROTO, "city..example"),
        (Platform.ATPROTO, "-city.example"),
        (Platform.FEED, "a\nb"),
    ],
)
def test_other_handles_are_refused(platform: Platform, handle: str) -> None:
    with pytest.raises(Refusal) as failed:
        added(platform=platform, handle=handle)

    assert refusal(failed) == ("InvalidArgument", ("handle",))


def test_a_deputy_is_somebody_else() -> None:
    assert added(deputy_ids=("person-2", "person-2")).entity.deputy_ids == ("person-2",)
    with pytest.raises(Refusal) as failed:
        added(deputy_ids=("person-1",))
    assert refusal(failed) == ("InvalidArgument", ("deputyIds",))


@pytest.mark.parametrize(
    ("changes", "is_same"),
    [
        ({"handle": "CITY"}, True),
        ({"handle": "other"}, False),
        ({"base_url": "https://other.example"}, False),
        ({"state": ChannelState.ARCHIVED}, False),
    ],
)
def test_an_account_is_in_the_registry_once(changes: dict[str, Any], is_same: bool) -> None:
    other = a_channel(id="channel-2", **changes)
    if not is_same:
        registry.check_is_new(a_channel(), [other])
        return
    with pytest.raises(Refusal) as failed:
        registry.check_is_new(a_channel(), [other])
    assert failed.value.code.value == "AlreadyExists"
    assert failed.value.data == {"channel_id": "channel-2"}


def test_a_feed_is_known_by_its_address_alone() -> None:
    feed = a_channel(platform=Platform.FEED, handle="News")
    with pytest.raises(Refusal):
        registry.check_is_new(feed, [msgspec.structs.replace(feed, id="channel-2", handle="")])


def test_a_channel_changes_its_name_and_holders() -> None:
    command = ChangeChannel(channel_id="channel-1", name="Town", steward_id="person-3")
    step = registry.change(a_channel(), command)

    assert (step.entity.name, step.entity.steward_id) == ("Town", "person-3")
    assert step.entity.deputy_ids == ("person-2",)
    assert registry.change(step.entity, command).facts == ()


def test_a_new_steward_who_is_deputy_has_to_be_replaced_as_deputy() -> None:
    with pytest.raises(Refusal):
        registry.change(a_channel(), ChangeChannel(channel_id="channel-1", steward_id="person-2"))
    command = ChangeChannel(channel_id="channel-1", steward_id="person-2", deputy_ids=("person-1",))
    assert registry.change(a_channel(), command).entity.deputy_ids == ("person-1",)


def test_an_archived_channel_is_refused() -> None:
    with pytest.raises(Refusal) as failed:
        registry.archive(a_channel(), " ")
    assert failed.value.code.value == "ReasonRequired"

    archived = registry.archive(a_channel(), "merged with the main account").entity
    assert archived.state is ChannelState.ARCHIVED
    with pytest.raises(Refusal) as failed:
        registry.archive(archived, "again")
    assert failed.value.code.value == "ChannelArchived"
    with pytest.raises(Refusal) as failed:
        registry.change(archived, ChangeChannel(channel_id="channel-1", name="X"))
    assert failed.value.code.value == "ChannelArchived"


CONNECTED = ChannelConnected(
    channel_id="channel-1",
    platform="mastodon",
    base_url="https://mastodon.example",
    external_account_id="42",
    handle="city@mastodon.example",
    can_publish=True,
    text_limit=500,
)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (ChannelState.APPROVED, ChannelState.ACTIVE),
        (ChannelState.PROVISIONING, ChannelState.ACTIVE),
        (ChannelState.ACTIVE, ChannelState.ACTIVE),
        (ChannelState.SUSPENDED, ChannelState.SUSPENDED),
    ],
)
def test_a_connection_ends_the_waiting_only(before: ChannelState, after: ChannelState) -> None:
    step = connection.connected(a_channel(state=before), CONNECTED)

    assert step.entity.state is after
    assert len(step.facts) == (before is not after)
    assert (step.entity.handle, step.entity.can_publish, step.entity.text_limit) == (
        "city@mastodon.example",
        True,
        500,
    )
    assert connection.connected(step.entity, CONNECTED).entity == step.entity


def test_health_is_a_field_of_its_own() -> None:
    fact = ChannelHealthChanged(
        channel_id="channel-1", health=Health.EXPIRED, detail="Sign in again.", since=NOW
    )
    step = connection.health_changed(a_channel(state=ChannelState.ACTIVE), fact)

    assert (step.entity.state, step.entity.health.state) == (ChannelState.ACTIVE, Health.EXPIRED)
    assert step.facts == ()
