"""Orders about units, routing rules and channels, and what ingest tells of connections."""

from __future__ import annotations

from typing import Any

import pytest

from chassis.ids import derived
from chassis.ports import BatchWork, Delivered
from contracts.envelope import Envelope
from contracts.facts import Fact
from contracts.ingest import ChannelConnected, ChannelHealthChanged, Health, ImportFinished
from contracts.permissions import Permission, Role
from contracts.refusals import Refusal
from contracts.workflow.channels import (
    AddChannel,
    ArchiveChannel,
    AuthorizeChannel,
    ChangeChannel,
    ChannelAdded,
    ChannelState,
    ChannelStateChanged,
    Platform,
)
from contracts.workflow.organizations import (
    AddUnit,
    ChangeUnit,
    DeactivatePerson,
    RoutingAction,
    RoutingRule,
    RoutingRulesSet,
    SetRoutingRules,
)
from services.workflow.application.channels.note_connections import note_connections
from tests.unit.workflow_organizations.builders import NOW
from tests.unit.workflow_organizations.office import Office


def code_of(office: Office, command: Any, actor: Any = None) -> str:
    with pytest.raises(Refusal) as failed:
        office.give(command, actor)
    return failed.value.code.value


def row_of(office: Office, collection: str, ident: str) -> dict[str, Any]:
    found = office.factory.store.get(collection, ident)
    assert found is not None
    return found


def test_units_inherit_the_zone_from_above() -> None:
    office = Office()
    press = office.give(AddUnit(name="Press", time_zone="Asia/Tokyo")).id
    desk = office.a_unit("Desk", press)

    assert row_of(office, "units", desk)["time_zone"] == "Asia/Tokyo"
    assert row_of(office, "units", office.a_unit("Top"))["time_zone"] == "UTC"


def test_no_unit_comes_to_stand_below_itself() -> None:
    office = Office()
    press = office.a_unit("Press")
    desk = office.a_unit("Desk", press)
    seat = office.a_unit("Seat", desk)

    for below in (press, desk, seat):
        assert code_of(office, ChangeUnit(unit_id=press, parent_id=below)) == "UnitCycle"
    office.give(ChangeUnit(unit_id=desk, to_top=True))
    assert office.give(ChangeUnit(unit_id=press, parent_id=seat)).rev == 2


def test_a_move_is_asked_for_at_both_ends() -> None:
    office = Office()
    press, town = office.a_unit("Press"), office.a_unit("Town")
    desk = office.a_unit("Desk", press)
    manager = office.a_member("bob", (Role.MANAGER, press))

    assert code_of(office, ChangeUnit(unit_id=desk, parent_id=town), manager) == "Forbidden"
    assert code_of(office, ChangeUnit(unit_id=desk, to_top=True), manager) == "Forbidden"
    assert office.give(ChangeUnit(unit_id=desk, name="Front desk"), manager).rev == 2


def rules_of(office: Office) -> list[tuple[int, str]]:
    rows = office.factory.store.all("routing_rules")
    return sorted((row["position"], row["name"]) for row in rows)


def test_routing_rules_are_replaced_as_a_whole() -> None:
    office = Office()
    unit = office.a_unit()
    channel = office.a_channel(unit)
    first = RoutingRule(name="Cards", unit_id=unit, channel_ids=(channel,), contains=("card",))
    second = RoutingRule(name="Bots", action=RoutingAction.SPAM, author_handles=("@bot",))

    office.give(SetRoutingRules(rules=(first, second)))
    assert rules_of(office) == [(0, "Cards"), (1, "Bots")]
    answer = office.give(SetRoutingRules(rules=(second,)))
    assert rules_of(office) == [(0, "Bots")]
    fact = office.facts(answer.id)[-1]
    assert isinstance(fact, RoutingRulesSet)
    assert fact.rules[0].author_handles == ("bot",)
    office.give(SetRoutingRules(rules=()))
    assert rules_of(office) == []


def test_rules_name_what_exists() -> None:
    office = Office()
    unit = office.a_unit()
    channel = office.a_channel(unit)
    good = RoutingRule(name="Cards", unit_id=unit, channel_ids=(channel,))
    office.give(SetRoutingRules(rules=(good,)))

    for wrong in (
        RoutingRule(name="X", unit_id="nowhere"),
        RoutingRule(name="X", unit_id=unit, channel_ids=("nowhere",)),
    ):
        assert code_of(office, SetRoutingRules(rules=(good, wrong))) == "NotFound"
    office.give(ArchiveChannel(channel_id=channel, reason="merged"))
    assert code_of(office, SetRoutingRules(rules=(good,))) == "ChannelArchived"
    assert rules_of(office) == [(0, "Cards")]


def test_a_channel_names_people_who_are_here() -> None:
    office = Office()
    unit = office.a_unit()
    bob, eve = office.a_member("bob"), office.a_member("eve")
    office.give(DeactivatePerson(person_id=str(eve.person_id), reason="new job"))
    channel = office.a_channel(unit, deputy_ids=(bob.person_id,))

    assert isinstance(office.facts(channel)[0], ChannelAdded)
    for changes in ({"steward_id": eve.person_id}, {"deputy_ids": (eve.person_id,)}):
        change: Any = ChangeChannel(channel_id=channel, **changes)
        assert code_of(office, change) == "PersonInactive"


def test_the_same_account_is_added_once() -> None:
    office = Office()
    unit = office.a_unit()
    channel = office.a_channel(unit, handle="city")
    again = AddChannel(
        platform=Platform.MASTODON,
        name="Again",
        unit_id=unit,
        steward_id=str(office.admin.person_id),
        handle="@City",
        base_url="https://mastodon.example/",
    )

    assert code_of(office, again) == "AlreadyExists"
    office.give(ArchiveChannel(channel_id=channel, reason="lost"))
    assert office.give(again).state == "approved"


def test_a_channel_moves_only_where_the_mover_rules() -> None:
    office = Office()
    press, town = office.a_unit("Press"), office.a_unit("Town")
    channel = office.a_channel(press)
    manager = office.a_member("bob", (Role.MANAGER, press))

    assert code_of(office, ChangeChannel(channel_id=channel, unit_id=town), manager) == "Forbidden"
    office.give(ChangeChannel(channel_id=channel, unit_id=town))
    assert code_of(office, ChangeChannel(channel_id=channel, name="X"), manager) == "Forbidden"


def test_ingest_learns_what_a_person_may_do_with_a_channel() -> None:
    office = Office()
    channel = office.a_channel(office.a_unit(), handle="city")
    ask = AuthorizeChannel(channel_id=channel, permission=Permission.CHANNEL_CONNECT)

    access = office.give(ask)
    assert (access.platform, access.base_url, access.state) == (
        Platform.MASTODON,
        "https://mastodon.example",
        ChannelState.APPROVED,
    )
    assert code_of(office, ask, office.a_member("bob", (Role.ANALYST, None))) == "Forbidden"
    office.give(ArchiveChannel(channel_id=channel, reason="lost"))
    assert code_of(office, ask) == "ChannelArchived"
    assert code_of(office, ChangeChannel(channel_id=channel, name="X")) == "ChannelArchived"


def told(office: Office, sequence: int, fact: Any) -> Delivered:
    envelope = Envelope(
        id=derived("fact", str(sequence)),
        type=fact.TYPE,
        source="/rostrum/ingest",
        subject=fact.channel_id,
        time=NOW,
        org_id=office.org_id,
        sequence=sequence,
    )
    return Delivered(envelope=envelope, fact=fact)


def connection(channel_id: str) -> Fact:
    return ChannelConnected(
        channel_id=channel_id,
        platform="mastodon",
        base_url="https://mastodon.example",
        external_account_id="42",
        handle="city@mastodon.example",
        can_publish=True,
        text_limit=500,
    )


def failing(channel_id: str) -> Fact:
    return ChannelHealthChanged(
        channel_id=channel_id, health=Health.EXPIRED, detail="Sign in again.", since=NOW
    )


def hear(office: Office, *facts: Fact) -> None:
    batch = [told(office, place, fact) for place, fact in enumerate(facts, 1)]

    def run(work: BatchWork) -> None:
        note_connections(batch, work)

    office.factory.run_batch(run)


def test_a_connected_channel_becomes_active_in_one_write() -> None:
    office = Office()
    channel = office.a_channel(office.a_unit())

    hear(office, connection(channel), failing(channel))

    row = row_of(office, "channels", channel)
    assert (row["state"], row["handle"], row["can_publish"], row["text_limit"], row["rev"]) == (
        "active",
        "city@mastodon.example",
        True,
        500,
        2,
    )
    assert row["health"]["state"] == "expired"
    assert isinstance(office.facts(channel)[-1], ChannelStateChanged)


def test_hearing_it_twice_changes_nothing() -> None:
    office = Office()
    channel = office.a_channel(office.a_unit())
    hear(office, connection(channel))
    before = row_of(office, "channels", channel)

    hear(office, connection(channel))
    assert row_of(office, "channels", channel) == before


def test_unknown_and_archived_channels_and_other_facts_are_left_alone() -> None:
    office = Office()
    channel = office.a_channel(office.a_unit())
    office.give(ArchiveChannel(channel_id=channel, reason="lost"))
    imported = ImportFinished(
        channel_id=channel, run_id="r", file_name="f", rows_read=1, rows_stored=1, rows_unreadable=0
    )

    hear(office, connection("nowhere"), connection(channel), failing(channel), imported)

    assert row_of(office, "channels", channel)["state"] == "archived"


def test_facts_of_another_organization_do_not_reach_a_channel() -> None:
    office = Office()
    other = Office(slug="town", factory=office.factory)
    channel = office.a_channel(office.a_unit())

    hear(other, connection(channel))

    assert row_of(office, "channels", channel)["state"] == "approved"
