"""Trust is earned: routes with seats, what waits on you, a clean record, a slip, and the sums of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.support.programs import Member, Program, Tenant
from tests.support.waiting import eventually

DECISIONS = """
{ viewer { decisionsWaiting { count sentence oldestDays
    decisions { stage days contentItem { id explanation } } } } }
"""
RECORDS = """
{ trustRecords(first: 10) { edges { node { risk tier cleanCount incidentCount selfReportedCount
    sentence person { id } channel { id }
    entries(first: 10) { edges { node { outcome severity weight wasReviewed isSelfReported } } } } } } }
"""
SUMS = """
query($from: Date!, $to: Date!) {
  redTape(from: $from, to: $to) { overdue expired
    total { decisions wait { count } } byStage { name decisions wait { count } }
    byTopic { name } byUnit { unit { name } decisions } }
  trustReport(from: $from, to: $to) { sentence reviewMinutesSaved
    reviewed { published incidents incidentRate } unreviewed { published } }
}
"""
SETTINGS = """
{ reviewSettings { crisisLevel crisisReason rules { name isFixed risks
    stages { name mode quorum seats dueHours } units { name } } }
  seatAssignments(first: 5) { edges { node { name isEnded person { name } unit { name } } } } }
"""


@pytest.fixture(scope="module")
def clinic(program: Program) -> Tenant:
    """A clinic with an author, a lawyer, an editor and an analyst."""
    return program.tenant("clinic")


@pytest.fixture(scope="module")
def place(clinic: Tenant) -> dict[str, str]:
    """Its unit and its channel."""
    unit = clinic.unit("Press")
    return {"unit": unit, "channel": clinic.mastodon(unit, clinic.slug.replace("-", "_"))}


@pytest.fixture(scope="module")
def author(clinic: Tenant, place: dict[str, str]) -> Member:
    return clinic.member("anna", "AUTHOR")


@pytest.fixture(scope="module")
def lawyer(clinic: Tenant, place: dict[str, str]) -> Member:
    return clinic.member("lars", "REVIEWER")


@pytest.fixture(scope="module")
def editor(clinic: Tenant, place: dict[str, str]) -> Member:
    return clinic.member("edda", "REVIEWER")


@pytest.fixture(scope="module")
def routes(clinic: Tenant, place: dict[str, str], lawyer: Member) -> None:
    """Two stages for grave topics, one for the rest; the lawyer sits for legal."""
    grave = {
        "name": "Grave",
        "risks": ["R3"],
        "unitIds": [place["unit"]],
        "stages": [
            {"name": "Law", "seats": ["legal"], "dueHours": 8},
            {"name": "Last look", "dueHours": 4},
        ],
    }
    rest = {"name": "Rest", "stages": [{"name": "Look"}]}
    api = clinic.admin.api
    api.done("reviewRoutesSet", {"rules": [grave, rest]}, "reviewSettings { rules { name } }")
    seat = {"name": "Legal", "personId": lawyer.id, "unitId": place["unit"]}
    api.done("seatAssign", seat, "seatAssignment { name }")


def drafted(author: Member, place: dict[str, str], text: str, risk: str) -> str:
    """The id of a draft."""
    variants = [{"channelId": place["channel"], "text": text}]
    given = {"unitId": place["unit"], "variants": variants, "topicRisk": risk}
    return str(author.api.done("contentDraft", given, "contentItem { id }")["contentItem"]["id"])


def submitted(author: Member, content_id: str) -> Any:
    """The item under review."""
    fields = "contentItem { state versionHash explanation }"
    return author.api.done("contentSubmit", {"contentId": content_id}, fields)["contentItem"]


def approve(reviewer: Member, content_id: str, version_hash: str) -> str:
    """The item's state after this approval."""
    given = {"contentId": content_id, "verdict": "APPROVE", "versionHash": version_hash}
    payload = reviewer.api.done("contentVote", given, "contentItem { state }")
    return str(payload["contentItem"]["state"])


def waiting(person: Member) -> Any:
    """What waits on somebody."""
    return person.api.ask(DECISIONS)["viewer"]["decisionsWaiting"]


@pytest.mark.usefixtures("routes")
def test_a_route_with_seats_is_worked_stage_by_stage(
    place: dict[str, str], author: Member, lawyer: Member, editor: Member
) -> None:
    content_id = drafted(author, place, "The new ward opens on Monday.", "R3")
    item = submitted(author, content_id)
    assert item["explanation"].startswith("2 stages before publishing (Law: approval by legal")
    assert waiting(editor)["sentence"] == "No decision waits on you."
    mine = waiting(lawyer)
    assert mine["sentence"] == "One decision waits on you, for less than a day."
    assert mine["decisions"][0]["stage"] == "Law"
    assert mine["decisions"][0]["contentItem"]["id"] == content_id

    vote = {"contentId": content_id, "verdict": "APPROVE", "versionHash": item["versionHash"]}
    assert editor.api.codes("contentVote", vote)
    assert approve(lawyer, content_id, item["versionHash"]) == "IN_REVIEW"
    assert waiting(lawyer)["count"] == 0
    assert waiting(editor)["decisions"][0]["stage"] == "Last look"
    assert approve(editor, content_id, item["versionHash"]) == "APPROVED"


@pytest.mark.usefixtures("routes")
def test_what_was_published_builds_a_record_and_a_slip_is_told_first(
    clinic: Tenant, place: dict[str, str], author: Member, editor: Member
) -> None:
    content_id = drafted(author, place, "Visiting hours are from 9 to 7.", "R0")
    item = submitted(author, content_id)
    assert "Next step: T2 at 40 clean" in item["explanation"]
    approve(editor, content_id, item["versionHash"])
    editor.api.done("contentSchedule", {"contentId": content_id}, "contentItem { state }")

    def record() -> Any:
        edges = author.api.ask(RECORDS)["trustRecords"]["edges"]
        return next((e["node"] for e in edges if e["node"]["risk"] == "R0"), None)

    mine = eventually(record, within_s=40)
    assert (mine["tier"], mine["cleanCount"]) == ("T0", 1)
    assert mine["person"]["id"] == author.id
    assert editor.api.ask(RECORDS)["trustRecords"]["edges"] == []

    slip = {
        "contentId": content_id,
        "channelId": place["channel"],
        "severity": 2,
        "reason": "It is 9 to 8.",
    }
    author.api.done("incidentReport", slip, "contentItem { id }")
    author.api.done("incidentReport", slip, "contentItem { id }")
    seen = clinic.admin.api.ask(RECORDS)["trustRecords"]["edges"][0]["node"]
    assert (seen["incidentCount"], seen["selfReportedCount"]) == (1, 1)
    assert seen["sentence"].startswith("1 clean, 1 self-reported slip: T0.")
    weights = [e["node"]["weight"] for e in seen["entries"]["edges"]]
    assert sorted(weights) == [1.0, 1.5]

    today = datetime.now(UTC).date()
    span = {"from": str(today - timedelta(days=1)), "to": str(today + timedelta(days=1))}

    def sums() -> Any:
        found = clinic.admin.api.ask(SUMS, **span)
        is_there = found["trustReport"]["reviewed"]["incidents"] == 1
        return found if is_there and found["redTape"]["total"]["decisions"] >= 1 else None

    found = eventually(sums, within_s=40)
    assert found["trustReport"]["reviewed"] == {
        "published": 1,
        "incidents": 1,
        "incidentRate": 1.0,
    }
    assert found["trustReport"]["unreviewed"]["published"] == 0
    assert "Look" in {group["name"] for group in found["redTape"]["byStage"]}
    assert all(group["wait"] is None for group in found["redTape"]["byStage"])


@pytest.mark.usefixtures("routes")
def test_a_crisis_is_declared_and_shown_and_only_by_those_who_may(
    clinic: Tenant, editor: Member
) -> None:
    given = {"level": 2, "reason": "The river is over its banks."}
    assert editor.api.codes("crisisLevelSet", given) == ["Forbidden"]
    clinic.admin.api.done("crisisLevelSet", given, "reviewSettings { crisisLevel }")
    seen = editor.api.ask(SETTINGS)
    assert seen["reviewSettings"]["crisisLevel"] == 2
    grave, rest = seen["reviewSettings"]["rules"]
    assert grave["stages"][0] == {
        "name": "Law",
        "mode": "ANY",
        "quorum": 1,
        "seats": ["legal"],
        "dueHours": 8,
    }
    assert rest["units"] == []
    (seat,) = [e["node"] for e in seen["seatAssignments"]["edges"]]
    assert (seat["name"], seat["unit"]["name"]) == ("legal", "Press")
    clinic.admin.api.done("crisisLevelSet", {"level": 0, "reason": "It fell."}, "__typename")
