"""Organizations, units and the form of routing rules."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.refusals import Refusal
from contracts.workflow.organizations import (
    AddUnit,
    ChangeUnit,
    CreateOrganization,
    OrganizationCreated,
    RoutingAction,
    RoutingRule,
    UnitAdded,
    UnitChanged,
)
from services.workflow.domain import wording
from services.workflow.domain.organizations import founding, routing, tree
from tests.unit.workflow_organizations.builders import NOW, ORG, a_unit, refusal
from tests.unit.workflow_organizations.office import Office


def an_organization(**changes: Any) -> CreateOrganization:
    given = {
        "slug": "city-hall",
        "name": "City Hall",
        "admin_email": "ada@city.example",
        "admin_name": "Ada",
        "time_zone": "Europe/Berlin",
    }
    return CreateOrganization(**(given | changes))


def created(**changes: Any) -> Any:
    return founding.create(an_organization(**changes), org_id=ORG, created_by="op-1", now=NOW)


def test_an_organization_is_its_own_tenant() -> None:
    step = created(name="  City Hall ")

    assert (step.entity.id, step.entity.org_id, step.entity.name) == (ORG, ORG, "City Hall")
    assert step.facts == (
        OrganizationCreated(
            slug="city-hall", name="City Hall", time_zone="Europe/Berlin", created_by="op-1"
        ),
    )


@pytest.mark.parametrize("slug", ["abc", "a1b", "city-hall-2", "a" * 40])
def test_slugs_are_words_joined_by_hyphens(slug: str) -> None:
    assert created(slug=slug).entity.slug == slug


@pytest.mark.parametrize(
    "slug",
    [
        "",
        "ab",
        "a" * 41,
        "City",
        "1st",
        "-abc",
        "abc-",
        "a--b",
        "a_b",
        "stra\u00dfe",
        "abc\n",
        "a b",
    ],
)
def test_other_slugs_are_refused_and_never_repaired(slug: str) -> None:
    with pytest.raises(Refusal) as failed:
        created(slug=slug)

    assert refusal(failed) == ("InvalidArgument", ("slug",))


@pytest.mark.parametrize(
    "zone", ["", "Mars/Base", "Europe", "../../etc/passwd", "localtime", "UTC\n"]
)
def test_a_time_zone_is_a_name_of_the_iana_database(zone: str) -> None:
    with pytest.raises(Refusal) as failed:
        created(time_zone=zone)

    assert refusal(failed) == ("InvalidArgument", ("timeZone",))


@pytest.mark.parametrize(
    "name", ["", "  ", "a" * 201, "two\nlines", "bell\x07", "turn\u202e", "half\ud800", "nul\x00"]
)
def test_names_are_one_line_of_visible_text(name: str) -> None:
    with pytest.raises(Refusal) as failed:
        created(name=name)

    assert refusal(failed) == ("InvalidArgument", ("name",))


def test_names_of_all_scripts_are_kept_in_one_normal_form() -> None:
    assert wording.line("Ame\u0301lie") == "Am\u00e9lie"
    assert wording.line("\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645") == (
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"
    )


def test_a_unit_inherits_its_time_zone() -> None:
    place = tree.Place(org_id=ORG, time_zone="Asia/Tokyo")
    step = tree.add(AddUnit(name="Desk", parent_id="unit-1"), place, ident="unit-2", now=NOW)

    assert step.facts == (
        UnitAdded(unit_id="unit-2", name="Desk", parent_id="unit-1", time_zone="Asia/Tokyo"),
    )
    named = AddUnit(name="Desk", time_zone="UTC")
    assert tree.add(named, place, ident="unit-2", now=NOW).entity.time_zone == "UTC"


def test_a_unit_is_renamed_and_moved() -> None:
    command = ChangeUnit(unit_id="unit-1", name="Newsroom", parent_id="unit-9")
    step = tree.change(a_unit(), command, ("unit-9", "unit-8"))

    assert (step.entity.name, step.entity.parent_id) == ("Newsroom", "unit-9")
    assert isinstance(step.facts[0], UnitChanged)
    top = tree.change(step.entity, ChangeUnit(unit_id="unit-1", to_top=True), ())
    assert top.entity.parent_id is None


def test_a_change_that_changes_nothing_says_nothing() -> None:
    command = ChangeUnit(unit_id="unit-1", name="Press", to_top=True)

    assert tree.change(a_unit(), command, ()).facts == ()


@pytest.mark.parametrize("lineage", [("unit-1",), ("unit-9", "unit-1", "unit-0")])
def test_a_unit_never_stands_below_itself(lineage: tuple[str, ...]) -> None:
    with pytest.raises(Refusal) as failed:
        tree.change(a_unit(), ChangeUnit(unit_id="unit-1", parent_id=lineage[0]), lineage)

    assert refusal(failed) == ("UnitCycle", ("parentId",))


def test_to_the_top_and_below_a_unit_at_once_is_refused() -> None:
    with pytest.raises(Refusal) as failed:
        tree.new_parent(a_unit(), ChangeUnit(unit_id="unit-1", parent_id="unit-2", to_top=True))

    assert refusal(failed) == ("InvalidArgument", ("toTop",))


def a_rule(**changes: Any) -> RoutingRule:
    given: dict[str, Any] = {"name": "Lost cards", "unit_id": "unit-1", "contains": ("lost card",)}
    return RoutingRule(**(given | changes))


def test_rules_are_stored_in_order_and_trimmed() -> None:
    rules = routing.clean(
        [
            a_rule(contains=(" lost \n card ", "lost card")),
            a_rule(name="Bots", action=RoutingAction.SPAM, unit_id=None, author_handles=("@bot",)),
        ]
    )
    rows = routing.rows(rules, ORG, iter(("row-1", "row-2")).__next__)

    assert [(row.position, row.id, row.name) for row in rows] == [
        (0, "row-1", "Lost cards"),
        (1, "row-2", "Bots"),
    ]
    assert rows[0].contains == ("lost card",)
    assert rows[1].author_handles == ("bot",)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"unit_id": None}, "unitId"),
        ({"kinds": ("shout",)}, "kinds"),
        ({"contains": ("",)}, "contains"),
        ({"author_handles": ("@",)}, "authorHandles"),
        ({"name": " "}, "name"),
        ({"contains": tuple(f"word {n}" for n in range(201))}, "contains"),
    ],
)
def test_a_rule_that_cannot_work_names_its_place(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Refusal) as failed:
        routing.clean([a_rule(), a_rule(**changes)])

    assert refusal(failed) == ("InvalidArgument", ("rules", "1", field))


def test_the_number_of_rules_has_a_limit() -> None:
    with pytest.raises(Refusal) as failed:
        routing.clean([a_rule()] * 201)

    assert refusal(failed) == ("InvalidArgument", ("rules",))


def test_a_unit_may_live_in_another_zone_from_now_on() -> None:
    office = Office()
    unit_id = office.a_unit()
    office.give(ChangeUnit(unit_id=unit_id, time_zone="Pacific/Auckland"))
    (_, changed) = office.facts(unit_id)
    assert changed == UnitChanged(
        unit_id=unit_id, name="Press", parent_id=None, time_zone="Pacific/Auckland"
    )
    with pytest.raises(Refusal):
        office.give(ChangeUnit(unit_id=unit_id, time_zone="Mars/Olympus"))
