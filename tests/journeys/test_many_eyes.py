"""An item is read by many: several at once, somebody outside, a delegate, and in an emergency."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from tests.support.programs import Member, Program, Tenant
from tests.support.waiting import eventually

pytestmark = pytest.mark.timeout(300)

ITEM = """query($id: ID!) { contentItem(id: $id) { state approval debt tags
    round { state votes { verdict guestName reviewer { name } onBehalfOf { name } } }
    versions(first: 5) { nodes { number changes { parts { kind text } } } } } }"""
STATE = "contentItem { state }"
WORDS = "The <b>bridge</b> opens & closes."


@pytest.fixture(scope="module")
def town(program: Program) -> Tenant:
    tenant = program.tenant("town")
    tenant.unit("Press")
    return tenant


@pytest.fixture(scope="module")
def account(town: Tenant) -> str:
    return town.mastodon(town.units["Press"], town.slug.replace("-", "_"))


@pytest.fixture(scope="module")
def reviewer(town: Tenant) -> Member:
    return town.member("vera", "REVIEWER")


def shown(town: Tenant, item: str) -> Any:
    return town.admin.api.ask(ITEM, id=item)["contentItem"]


def submitted(town: Tenant, account: str, text: str = WORDS) -> dict[str, str]:
    """What a vote on it names."""
    api = town.admin.api
    draft = {"unitId": town.units["Press"], "variants": [{"channelId": account, "text": text}]}
    item = api.done("contentDraft", draft, "contentItem { id }")["contentItem"]["id"]
    frozen = api.done("contentSubmit", {"contentId": item}, "contentItem { versionHash }")
    return {"contentId": item, **frozen["contentItem"]}


def test_several_verdicts_at_once_are_taken_or_refused_one_by_one(
    town: Tenant, account: str, reviewer: Member
) -> None:
    first, second = submitted(town, account), submitted(town, account, "Another one.")
    votes = [
        {**first, "verdict": "APPROVE"},
        {**second, "verdict": "APPROVE", "versionHash": first["versionHash"]},
    ]
    fields = "results { contentItem { state } userErrors { code } }"
    taken, refused = reviewer.api.done("contentVoteMany", {"votes": votes}, fields)["results"]
    assert taken == {"contentItem": {"state": "APPROVED"}, "userErrors": []}
    assert refused == {"contentItem": None, "userErrors": [{"code": "HashMismatch"}]}
    assert shown(town, second["contentId"])["state"] == "IN_REVIEW"


def test_somebody_outside_reads_one_item_and_says_one_thing(
    program: Program, town: Tenant, account: str, reviewer: Member
) -> None:
    vote = submitted(town, account)
    asked = {"contentId": vote["contentId"], "name": "M. Builder", "email": "m@firm.example"}
    invited = reviewer.api.done("reviewerInvite", asked, "token reviewLink { id state }")
    address = reviewer.api.url.replace("/graphql", f"/review/{invited['token']}")
    page = requests.get(address, timeout=30)
    assert page.status_code == 200
    assert "The &lt;b&gt;bridge&lt;/b&gt; opens &amp; closes." in page.text
    assert "<script" not in page.text
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert page.headers["Referrer-Policy"] == "no-referrer"
    reviewer.api.done("contentVote", {**vote, "verdict": "APPROVE"}, STATE)
    assert shown(town, vote["contentId"])["state"] == "IN_REVIEW"
    form = {"version_hash": vote["versionHash"], "verdict": "reject", "reason": ""}
    assert requests.post(address, data=form, timeout=30).status_code == 422
    said = requests.post(address, data={**form, "verdict": "approve"}, timeout=30)
    assert said.status_code == 200, said.text
    found = shown(town, vote["contentId"])
    assert found["state"] == "APPROVED"
    assert [each["guestName"] for each in found["round"]["votes"]] == ["", "M. Builder"]
    assert requests.get(address, timeout=30).status_code == 410
    assert requests.get(f"{address}x", timeout=30).status_code == 404


def test_a_delegate_votes_for_a_colleague_who_is_away(
    town: Tenant, account: str, reviewer: Member
) -> None:
    carl = town.member("carl", "REVIEWER")
    now = datetime.now(UTC)
    away = {
        "toId": carl.id,
        "startsAt": now.isoformat(),
        "endsAt": (now + timedelta(days=3)).isoformat(),
    }
    given = "delegation { giver { name } delegate { name } isEnded }"
    told = reviewer.api.done("reviewsDelegate", away, given)["delegation"]
    assert told == {"giver": {"name": "Vera"}, "delegate": {"name": "Carl"}, "isEnded": False}
    vote = {**submitted(town, account), "verdict": "APPROVE", "onBehalfOf": reviewer.id}
    carl.api.done("contentVote", vote, STATE)
    (said,) = shown(town, vote["contentId"])["round"]["votes"]
    assert said["reviewer"] == {"name": "Carl"}
    assert said["onBehalfOf"] == {"name": "Vera"}


def test_at_two_in_the_morning_one_of_the_cell_answers_for_it_and_owes_a_review(
    town: Tenant, account: str, reviewer: Member
) -> None:
    eve = town.member("eve", "CRISIS_CELL")
    api = town.admin.api
    draft = {"unitId": town.units["Press"], "variants": [{"channelId": account, "text": "Flood."}]}
    item = api.done("contentDraft", draft, "contentItem { id }")["contentItem"]["id"]
    glass = {"contentId": item, "reason": "The river rises.", "alone": True}
    assert reviewer.api.codes("contentBreakGlass", glass) == ["Forbidden"]
    assert api.codes("contentBreakGlass", glass) == ["OwnWords"]
    eve.api.done("contentBreakGlass", glass, STATE)
    reviewer.api.done("contentSchedule", {"contentId": item}, STATE)

    def is_out() -> bool:
        return bool(shown(town, item)["state"] == "PUBLISHED")

    eventually(is_out, within_s=120, every_s=0.2)
    found = api.ask("query($id: ID!) { contentItem(id: $id) { versionHash debt } }", id=item)
    assert found["contentItem"]["debt"] == "OPEN"
    owed = {"contentId": item, "versionHash": found["contentItem"]["versionHash"]}
    assert eve.api.codes("reviewDebtSettle", owed) == ["Forbidden"]
    reviewer.api.done("reviewDebtSettle", owed, "contentItem { debt }")
    assert shown(town, item)["debt"] == "CLEARED"


def test_what_changed_is_shown_word_by_word_and_tags_are_no_edit(
    town: Tenant, account: str, reviewer: Member
) -> None:
    vote = submitted(town, account, "The bridge opens on Monday.")
    asked = {**vote, "verdict": "CHANGES", "reason": "Which bridge?"}
    reviewer.api.done("contentVote", asked, STATE)
    api, item = town.admin.api, vote["contentId"]
    rev = api.ask("query($id: ID!) { contentItem(id: $id) { rev } }", id=item)["contentItem"]["rev"]
    words = [{"channelId": account, "text": "The old bridge opens on Monday."}]
    api.done("contentEdit", {"contentId": item, "rev": rev, "variants": words}, STATE)
    api.done("contentSubmit", {"contentId": item}, STATE)
    api.done("contentDescribe", {"contentId": item, "tags": ["#Bridges"]}, STATE)
    found = shown(town, item)
    assert (found["state"], found["tags"]) == ("IN_REVIEW", ["Bridges"])
    (change,) = found["versions"]["nodes"][1]["changes"]
    assert change["parts"][1] == {"kind": "ADDED", "text": "old "}
