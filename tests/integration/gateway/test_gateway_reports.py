"""Reports and operations through the engine, over documents as reporting and ingest store them."""

from __future__ import annotations

from typing import Any

from chassis.ids import public_id
from services.graphql_gateway.domain.viewer import Viewer
from tests.integration.gateway.conftest import World, viewer_for
from tests.support import gateway_data as a

REPORT = """query($by: [ReportDimension!], $channel: ID, $unit: ID, $from: Date = "2026-03-01", $to: Date = "2026-03-31") {
  report(from: $from, to: $to, groupBy: $by, channelId: $channel, unitId: $unit) {
    firstDay lastDay total { ...R } rows { ...R day channel { name } unit { name } } } }
  fragment R on ReportRow { mentions replies unanswered postsPublished approvals
    approvalWait { count medianSeconds } replyTime { count medianSeconds p90Seconds over24h }
    firstResponsePerMessage { count } firstResponsePerConversation { count } }"""


def fill(world: World) -> None:
    world.put("channels", [a.a_channel("chan-1"), a.a_channel("chan-2", unit_id="unit-3")])
    world.put("units", [a.a_unit("unit-1"), a.a_unit("unit-3")])
    world.put(
        "day_documents",
        [
            a.a_day("2026-03-01", counts={"mentions": 3}, seconds={"reply_time": {"60": 2}}),
            a.a_day(
                "2026-03-01",
                slot=1,
                counts={"mentions": 1, "unanswered": 1},
                seconds={"reply_time": {"90000": 1}, "approval_wait": {"30": 1}},
            ),
            a.a_day(
                "2026-03-02", channel_id="chan-2", unit_id="unit-3", counts={"posts_published": 4}
            ),
            a.a_day("2026-02-28", counts={"mentions": 99}),
            a.a_day("2026-03-01", org="org-b", counts={"mentions": 999}),
        ],
        owner="reporting",
    )


def ask(world: World, viewer: Viewer, **variables: Any) -> dict[str, Any]:
    answer = world.ask(REPORT, viewer, variables)
    assert "errors" not in answer, answer["errors"]
    found: dict[str, Any] = answer["data"]["report"]
    return found


def test_a_report_merges_parts_and_leaves_out_other_days_and_organizations(
    world: World, admin: Viewer
) -> None:
    fill(world)
    found = ask(world, admin, by=["DAY", "CHANNEL"])
    assert found["total"]["mentions"] == 4
    assert found["total"]["replyTime"] == {
        "count": 3,
        "medianSeconds": 60.0,
        "p90Seconds": 72012.0,
        "over24h": 1,
    }
    assert [(r["day"], r["channel"]["name"], r["unit"]) for r in found["rows"]] == [
        ("2026-03-01", "Channel chan-1", None),
        ("2026-03-02", "Channel chan-2", None),
    ]
    assert world.counting.commands == ["find day_documents", "find channels"]


def test_filters_and_grants_narrow_a_report(world: World, admin: Viewer) -> None:
    fill(world)
    assert ask(world, admin, channel=public_id("Channel", "chan-2"))["total"]["postsPublished"] == 4
    assert ask(world, admin, unit=public_id("Unit", "unit-1"))["total"]["mentions"] == 4
    assert ask(world, admin, unit=public_id("Unit", "nothing"))["total"]["mentions"] == 0
    analyst = viewer_for(
        a.a_grant("ann", "analyst", scope="unit", scope_id="unit-3"), parents={"unit-3": None}
    )
    assert (
        ask(world, analyst)["total"] == ask(world, admin, unit=public_id("Unit", "unit-3"))["total"]
    )


def test_a_report_needs_its_permission_and_a_span(world: World, admin: Viewer) -> None:
    fill(world)
    refused = world.ask(REPORT, viewer_for(a.a_grant("ann", "responder")))
    assert refused["errors"][0]["extensions"]["code"] == "Forbidden"
    wrong = world.ask(REPORT, admin, {"from": "2026-03-02", "to": "2026-03-01"})
    assert wrong["errors"][0]["extensions"] == {"code": "InvalidArgument", "field": ["to"]}
    wrong = world.ask(REPORT, admin, {"from": "2026-13-02"})
    assert wrong["errors"][0]["extensions"]["code"] == "InvalidArgument"
