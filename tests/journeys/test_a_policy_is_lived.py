"""A policy from its first draft to the post it stopped: composer, evidence, waiver, register, change."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.support.api import Api
from tests.support.programs import Member, Program, Tenant
from tests.support.waiting import eventually
from tests.support.web import Web

JUDGE = """
query($input: DraftJudgeInput!) {
  draftJudge(input: $input) {
    isBlocked pending
    findings { check severity sentence clauseId clauseNumber citation guidance evidence start end
      policy { name } policyVersion }
  }
}
"""
ITEM = """
query($id: ID!) {
  contentItem(id: $id) { state findings { clauseNumber severity sentence waiver { state } } }
}
"""
POLICY = """
query($id: ID!) {
  policy(id: $id) { name version owner { name } versions(first: 5) { edges { node {
    number isOver clauses { number text citation severity check { kind params { name value } } } } } } }
}
"""
REGISTER = "{ registerEntries(first: 20) { edges { node { text safeLine why { reason } } } } }"


@pytest.fixture(scope="module")
def agency(program: Program) -> Tenant:
    """An agency with an author, a reviewer and a manager."""
    return program.tenant("agency")


@pytest.fixture(scope="module")
def place(agency: Tenant) -> dict[str, str]:
    """Its unit and its channel."""
    unit = agency.unit("Press")
    return {"unit": unit, "channel": agency.mastodon(unit, agency.slug.replace("-", "_"))}


@pytest.fixture(scope="module")
def author(agency: Tenant, place: dict[str, str]) -> Member:
    return agency.member("anna", "AUTHOR")


@pytest.fixture(scope="module")
def reviewer(agency: Tenant, place: dict[str, str]) -> Member:
    return agency.member("rolf", "REVIEWER")


def clause(number: str, kind: str | None, **changes: Any) -> dict[str, Any]:
    """A clause as the admin writes it."""
    params = [{"name": name, "value": value} for name, value in changes.pop("params", {}).items()]
    check = {"check": {"kind": kind, "params": params}} if kind else {}
    return {"number": number, "text": f"Clause {number}.", "severity": "BLOCK", **check, **changes}


@pytest.fixture(scope="module")
def policy(agency: Tenant) -> str:
    """The id of the house rules."""
    clauses = [
        clause("1", "political_activity", citation="5 U.S.C. 7323", guidance="Say how, not whom."),
        clause("2", "link_preflight", params={"https_only": "false"}),
        clause("3", "expression", params={"expression": "size(hashtags) <= 3"}),
        clause("4", None, text="Be kind."),
    ]
    given = {"name": "House rules", "clauses": clauses}
    return str(agency.admin.api.done("policyPublish", given, "policy { id }")["policy"]["id"])


def judged(member: Member, place: dict[str, str], text: str) -> Any:
    """What the composer is told."""
    variants = [{"channelId": place["channel"], "text": text}]
    given = {"unitId": place["unit"], "variants": variants}
    return member.api.ask(JUDGE, input=given)["draftJudge"]


def drafted(member: Member, place: dict[str, str], text: str) -> str:
    """The id of a new post."""
    variants = [{"channelId": place["channel"], "text": text}]
    given = {"unitId": place["unit"], "variants": variants}
    return str(member.api.done("contentDraft", given, "contentItem { id }")["contentItem"]["id"])


def submitted(member: Member, content_id: str) -> str:
    """The state after submitting."""
    payload = member.api.done("contentSubmit", {"contentId": content_id}, "contentItem { state }")
    return str(payload["contentItem"]["state"])


def item(api: Api, content_id: str) -> Any:
    """State and findings."""
    return api.ask(ITEM, id=content_id)["contentItem"]


def test_everybody_reads_the_policy_and_its_versions(author: Member, policy: str) -> None:
    found = author.api.ask(POLICY, id=policy)["policy"]

    (version,) = [edge["node"] for edge in found["versions"]["edges"]]
    assert (found["name"], found["version"], found["owner"]["name"]) == ("House rules", 1, "Ada")
    assert [one["check"] and one["check"]["kind"] for one in version["clauses"]][-1] is None
    assert version["clauses"][2]["check"]["params"][0]["value"] == "size(hashtags) <= 3"


def test_an_expression_that_cannot_be_typed_is_refused_at_save(agency: Tenant, policy: str) -> None:
    wrong = clause("1", "expression", params={"expression": "hashtag.size() < 3"})

    payload = agency.admin.api.do("policyPublish", {"name": "x", "clauses": [wrong]}, "__typename")

    (error,) = payload["userErrors"]
    assert error["code"] == "BadExpression"
    assert error["field"] == ["input", "clauses", "0", "check", "params"]


def test_the_composer_says_it_while_the_author_types(
    author: Member, place: dict[str, str], policy: str
) -> None:
    found = judged(author, place, "Vote for the new bridge #a #b #c #d")

    assert found["isBlocked"]
    by_number = {one["clauseNumber"]: one for one in found["findings"]}
    assert sorted(by_number) == ["1", "3"]
    assert by_number["1"]["guidance"] == "Say how, not whom."
    assert by_number["1"]["evidence"] == "Vote for"
    assert by_number["1"]["policy"]["name"] == "House rules"


def test_a_link_is_looked_at_by_ingest_and_a_dead_one_stops_the_post(
    web: Web, author: Member, place: dict[str, str], policy: str
) -> None:
    alive = web.put("/bridge", "It is open.")
    dead = web.put("/gone", "", status=410)
    text = f"The bridge is open, see {alive} and {dead} for more."
    assert set(judged(author, place, text)["pending"]) == {alive, dead}

    def settled() -> Any:
        found = judged(author, place, text)
        return found if not found["pending"] else None

    found = eventually(settled, within_s=30)
    (finding,) = found["findings"]
    assert finding["evidence"] == dead
    assert "410" in finding["sentence"]


def test_a_waiver_is_granted_by_somebody_else_and_excuses_these_words(
    agency: Tenant, author: Member, reviewer: Member, place: dict[str, str], policy: str
) -> None:
    content_id = drafted(author, place, "The minister said: vote for dikes.")
    assert submitted(author, content_id) == "DRAFT"
    clause_id = judged(author, place, "vote for dikes")["findings"][0]["clauseId"]
    ask = {"contentId": content_id, "clauseId": clause_id, "reason": "A quotation."}
    waiver = author.api.done("waiverAsk", ask, "waiver { id state }")["waiver"]
    until = (datetime.now(UTC) + timedelta(days=7)).isoformat()
    grant = {"waiverId": waiver["id"], "expiresAt": until}
    assert author.api.codes("waiverGrant", grant) == ["Forbidden"]

    agency.admin.api.done("waiverGrant", grant, "waiver { state }")

    assert submitted(author, content_id) == "IN_REVIEW"
    (finding,) = item(author.api, content_id)["findings"]
    assert finding["waiver"]["state"] == "GRANTED"


def test_the_reason_of_the_register_is_for_the_cleared_only(
    agency: Tenant, author: Member, reviewer: Member, place: dict[str, str]
) -> None:
    given = {
        "text": "Project Heron",
        "reason": "The merger is announced on Friday.",
        "reasonClass": "EMBARGO",
        "safeLine": "We do not comment on rumours.",
        "clearedIds": [agency.admin.id],
    }
    agency.admin.api.done("registerAdd", given, "registerEntry { id }")

    found = judged(author, place, "All about project h\u0435ron")
    assert "rumours" in found["findings"][0]["guidance"]
    assert "merger" not in str(found)
    (own,) = agency.admin.api.ask(REGISTER)["registerEntries"]["edges"]
    assert own["node"]["why"]["reason"].startswith("The merger")
    (seen,) = reviewer.api.ask(REGISTER)["registerEntries"]["edges"]
    assert seen["node"]["why"] is None
    assert author.api.raw(REGISTER)["errors"][0]["extensions"]["code"] == "Forbidden"


def test_a_policy_that_changes_sends_back_what_newly_fails(
    agency: Tenant, author: Member, reviewer: Member, place: dict[str, str], policy: str
) -> None:
    waiting = [drafted(author, place, f"Sewer news number {n}, all is well.") for n in range(9)]
    moved = drafted(author, place, "Kayak rental is open again, come by.")
    assert {submitted(author, one) for one in (*waiting, moved)} == {"IN_REVIEW"}
    terms = clause("5", "political_activity", params={"terms": "kayak rental"})
    given = {"name": "House rules", "policyId": policy, "clauses": [terms]}

    agency.admin.api.done("policyPublish", given, "policy { version }")

    eventually(lambda: item(author.api, moved)["state"] == "CHANGES_REQUESTED", within_s=30)
    assert [f["clauseNumber"] for f in item(author.api, moved)["findings"]] == ["5"]
    assert {item(author.api, one)["state"] for one in waiting} == {"IN_REVIEW"}
