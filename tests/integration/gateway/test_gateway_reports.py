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


def a_letter(ident: str, org: str = "org-a", state: str = "set aside") -> a.Doc:
    return {
        "_id": ident,
        "org_id": org,
        "group": "workflow.arrivals",
        "aggregate_id": "x",
        "type": "rostrum.ingest.MentionArrived.v1",
        "reason": "unreadable",
        "error": "no text",
        "size": 12,
        "topic": "ingest.arrivals",
        "partition": 1,
        "offset": 4_000_000_000,
        "state": state,
        "set_aside_at": a.START,
        "body": b"bytes",
    }


def test_dead_letters_are_listed_for_operations_only(world: World, admin: Viewer) -> None:
    world.put(
        "dead_letters", [a_letter("1"), a_letter("2", state="redriven"), a_letter("3", "org-b")]
    )
    world.put("dead_letters", [a_letter("4")], owner="reporting")
    text = """{ workflowDeadLetters { nodes { key error offset topic } }
      reportingDeadLetters { nodes { key } } ingestDeadLetters { nodes { key } } }"""
    data = world.ask(text, admin)["data"]
    assert data["workflowDeadLetters"]["nodes"] == [
        {"key": "1", "error": "no text", "offset": "4000000000", "topic": "ingest.arrivals"}
    ]
    assert data["reportingDeadLetters"]["nodes"] == [{"key": "4"}]
    refused = world.ask(text, viewer_for(a.a_grant("ann", "responder")))
    assert {e["extensions"]["code"] for e in refused["errors"]} == {"Forbidden"}


def test_import_runs_and_unreadable_rows_are_seen_by_channel(world: World, admin: Viewer) -> None:
    run = {
        "org_id": "org-a",
        "channel_id": "chan-1",
        "format": "twcs",
        "file_name": "a.csv",
        "state": "running",
        "rows_read": 3,
        "rows_stored": 2,
        "rows_unreadable": 1,
        "started_at": a.START,
        "ended_at": None,
    }
    row = {
        "org_id": "org-a",
        "channel_id": "chan-1",
        "source": "a.csv",
        "position": "row 2",
        "reason": "no date",
        "excerpt": "x",
        "set_aside_at": a.START,
    }
    world.put("channels", [a.a_channel("chan-1")])
    world.put(
        "import_runs",
        [{"_id": "run-1", **run}, {"_id": "run-2", **run, "channel_id": "chan-2"}],
        owner="ingest",
    )
    world.put("unreadable", [{"_id": "row-1", **row}], owner="ingest")
    text = """{ importRuns { nodes { fileName rowsUnreadable channel { name } } }
      unreadableRows { nodes { position reason } }
      channels { nodes { importRuns { nodes { state } } } } }"""
    data = world.ask(text, admin)["data"]
    assert len(data["importRuns"]["nodes"]) == 2
    assert data["unreadableRows"]["nodes"] == [{"position": "row 2", "reason": "no date"}]
    assert data["channels"]["nodes"][0]["importRuns"]["nodes"] == [{"state": "running"}]
    steward = viewer_for(a.a_grant("ann", "manager", scope="channel", scope_id="chan-1"))
    seen = world.ask("{ importRuns { nodes { id } } }", steward)["data"]["importRuns"]["nodes"]
    assert len(seen) == 1
    unit = viewer_for(a.a_grant("ann", "manager", scope="unit", scope_id="unit-1"))
    seen = world.ask("{ importRuns { nodes { id } } }", unit)["data"]["importRuns"]["nodes"]
    assert len(seen) == 1
