"""A post is wrong and is owned up to: where it stands, where it cannot be changed, and in public."""

from __future__ import annotations

import hashlib
from datetime import datetime
from functools import partial
from typing import Any

import pytest
import requests

from contracts.canonical import content_hash
from contracts.envelope import rfc3339
from stack.platform import Platform
from tests.support.breaking import published
from tests.support.command_line import rostrum
from tests.support.listeners import Listener
from tests.support.programs import Member, Program, Tenant
from tests.support.waiting import eventually
from tests.support.web import Web

pytestmark = pytest.mark.timeout(300)

WRONG = "The new bridge over the river opens for everybody on Monday at nine."
RIGHT = "The new bridge over the river opens for everybody on Tuesday at nine."
SORRY = "We gave the wrong day for the new bridge: it opens on Tuesday."
LIVE = "subscription { correctionChanged { change correction { id state } } }"
CORRECTION = """query($id: ID!) { correction(id: $id) {
    state number isSelfReported foundBy draftHash lesson
    targets { action words was outcome channel { name } post { state } }
    propagatedTo { state unit { name } }
    tasks(first: 5) { nodes { id state why unit { name } contentItems { id } } } } }"""
TASKS = """{ correctionTasks(first: 5, filter: {states: [OPEN]}) { nodes {
    id why unit { name } } } }"""


@pytest.fixture(scope="module")
def town(program: Program) -> Tenant:
    """A town with a press office and a roads department, each with an account."""
    tenant = program.tenant("bridge")
    for name in ("Press", "Roads"):
        tenant.unit(name)
    return tenant


@pytest.fixture(scope="module")
def handles(town: Tenant) -> dict[str, str]:
    return {name: f"{town.slug}_{name.lower()}".replace("-", "_") for name in ("Press", "Roads")}


@pytest.fixture(scope="module")
def accounts(town: Tenant, handles: dict[str, str]) -> dict[str, str]:
    return {name: town.mastodon(town.units[name], handle) for name, handle in handles.items()}


@pytest.fixture(scope="module")
def author(town: Tenant) -> Member:
    return town.member("anna", "AUTHOR", scope=town.units["Press"])


@pytest.fixture(scope="module")
def roads(town: Tenant) -> Member:
    return town.member("rosa", "AUTHOR", scope=town.units["Roads"])


@pytest.fixture(scope="module")
def reviewer(town: Tenant) -> Member:
    return town.member("vera", "REVIEWER")


@pytest.fixture(scope="module")
def board(town: Tenant, web: Web) -> str:
    """A connected notice board, which takes posts and lets nobody change them."""
    given = {
        "platform": "WEBHOOK",
        "name": "Notice board",
        "unitId": town.units["Press"],
        "stewardId": town.admin.id,
        "baseUrl": f"http://127.0.0.1:{web.port}/notices",
    }
    channel = town.admin.api.done("channelAdd", given, "channel { id }")["channel"]["id"]
    connect = {"channelId": channel, "credentials": []}
    town.admin.api.done("channelConnect", connect, "channel { id }")
    eventually(lambda: town.channel(channel)["state"] == "ACTIVE", within_s=20)
    return str(channel)


def out(writer: Member, reviewer: Member, unit: str, text: str, *channels: str) -> str:
    """A post that is live on all of its channels."""
    variants = [{"channelId": channel, "text": text} for channel in channels]
    given = {"unitId": unit, "variants": variants}
    item = writer.api.done("contentDraft", given, "contentItem { id }")["contentItem"]["id"]
    frozen = writer.api.done("contentSubmit", {"contentId": item}, "contentItem { versionHash }")
    vote = {"contentId": item, "verdict": "APPROVE", **frozen["contentItem"]}
    reviewer.api.done("contentVote", vote, "contentItem { state }")
    writer.api.done("contentSchedule", {"contentId": item}, "contentItem { state }")
    state = "query($id: ID!) { contentItem(id: $id) { state } }"

    def is_out() -> bool:
        return bool(writer.api.ask(state, id=item)["contentItem"]["state"] == "PUBLISHED")

    eventually(is_out, within_s=120, every_s=0.2)
    return str(item)


def correction(member: Member, ident: str) -> Any:
    return member.api.ask(CORRECTION, id=ident)["correction"]


def is_in(member: Member, ident: str, state: str) -> Any:
    found = correction(member, ident)
    return found if found["state"] == state else None


def reported(member: Member, item: str) -> str:
    given = {"contentId": item, "whatWasWrong": "It opens on Tuesday."}
    return str(member.api.done("mistakeReport", given, "correction { id }")["correction"]["id"])


def assessed(reviewer: Member, ident: str) -> None:
    given = {"correctionId": ident, "errorClass": "FACTUAL", "severity": 3, "reachEstimate": 1200}
    reviewer.api.done("correctionAssess", given, "correction { state }")


def drafted(writer: Member, ident: str, kind: str, **words: str) -> dict[str, str]:
    """What an approval of this draft has to say."""
    given = {
        "correctionId": ident,
        "kind": kind,
        "whatWasWrong": "We gave the wrong day. <b>Sorry</b>",
        "whatIsRight": "It opens on Tuesday.",
        "words": [{"channelId": channel, "text": text} for channel, text in words.items()],
    }
    made = writer.api.done("correctionDraft", given, "correction { draftHash }")
    return {"correctionId": ident, **made["correction"]}


def ledger(platform: Platform, town: Tenant, rest: str = "", **headers: str) -> Any:
    """What anybody reads, without signing in."""
    base = platform.graphql_url.removesuffix("/graphql")
    return requests.get(f"{base}/ledger/{town.slug}{rest}", headers=headers, timeout=30)


def test_a_wrong_day_is_put_right_everywhere_and_told_to_everybody(
    platform: Platform, web: Web, town: Tenant, accounts: dict[str, str], handles: dict[str, str],
    board: str, author: Member, roads: Member, reviewer: Member,
) -> None:  # fmt: skip
    notices = web.take("/notices", status=204)
    item = out(author, reviewer, town.units["Press"], WRONG, accounts["Press"], board)
    out(roads, reviewer, town.units["Roads"], f"{WRONG} See you there!", accounts["Roads"])
    with Listener(platform.stream_url, reviewer.api.token, LIVE) as listener:
        eventually(listener.is_connected, within_s=40)
        ident = reported(author, item)
        assessed(reviewer, ident)
        approval = drafted(author, ident, "CORRECTION", **{accounts["Press"]: RIGHT, board: SORRY})
        assert author.api.codes("correctionApprove", approval) == ["Forbidden"]
        reviewer.api.done("correctionApprove", approval, "correction { state }")
        found = eventually(partial(is_in, author, ident, "APPLIED"), within_s=120, every_s=0.2)
        eventually(lambda: "APPLIED" in states_heard(listener), within_s=30)

    assert (found["isSelfReported"], found["foundBy"]) == (True, "AUTHOR")
    by_action = {target["action"]: target for target in found["targets"]}
    assert (by_action["EDIT"]["was"], by_action["POST"]["was"]) == (WRONG, WRONG)
    assert by_action["POST"]["post"]["state"] == "PUBLISHED"
    live = published(platform.platform_url, handles["Press"])
    assert [RIGHT in words for words in live] == [True]
    assert [one["text"] for one in notices] == [WRONG, SORRY]
    _roads_puts_it_right(author, roads, reviewer, ident)
    _anybody_reads_it(platform, town)
    told = rostrum(platform, "corrections", "verify", "-o", town.slug)
    assert "The chain is whole." in told


def states_heard(listener: Listener) -> set[str]:
    """What was heard live of corrections."""
    events = listener.events("correctionChanged")
    return {event["correction"]["state"] for event in events if event["correction"]}


def _roads_puts_it_right(author: Member, roads: Member, reviewer: Member, ident: str) -> None:
    (task,) = roads.api.ask(TASKS)["correctionTasks"]["nodes"]
    assert (task["why"], task["unit"]["name"]) == ("says the same", "Roads")
    settle = {"taskId": task["id"], "isDone": False}
    assert roads.api.codes("correctionTaskSettle", settle) == ["ReasonRequired"]
    done = {"taskId": task["id"], "isDone": True, "reason": "We corrected ours by hand."}
    assert author.api.codes("correctionTaskSettle", done) == ["Forbidden"]
    roads.api.done("correctionTaskSettle", done, "task { state }")
    assert correction(author, ident)["propagatedTo"] == [
        {"state": "DONE", "unit": {"name": "Roads"}}
    ]
    lesson = {"correctionId": ident, "lesson": "Ask the building site first."}
    closed = reviewer.api.done("correctionClose", lesson, "correction { state }")
    assert closed["correction"]["state"] == "CLOSED"


def _anybody_reads_it(platform: Platform, town: Tenant) -> None:
    page = ledger(platform, town, Accept="text/html")
    assert page.status_code == 200
    assert "We gave the wrong day. &lt;b&gt;Sorry&lt;/b&gt;" in page.text
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert "building site" not in page.text
    (told,) = ledger(platform, town, Accept="application/json").json()["corrections"]
    assert (told["number"], told["state"], told["found_by"]) == (1, "closed", "author")
    assert {place["channel"] for place in told["places"] if place["is_done"]} >= {"Notice board"}
    before = "0" * 64
    for link in ledger(platform, town, "/chain").json()["links"]:
        public = hashlib.sha256(link["public_json"].encode()).hexdigest()
        at = rfc3339(datetime.fromisoformat(link["at"]))
        parts = [link["n"], before, link["correction_id"], at, public, link["private_hash"]]
        assert link["hash"] == content_hash(parts)
        before = link["hash"]
    assert before != "0" * 64


def test_what_must_not_be_read_is_taken_down_once_no_law_suit_holds_it(
    platform: Platform, town: Tenant, accounts: dict[str, str], handles: dict[str, str],
    author: Member, reviewer: Member,
) -> None:  # fmt: skip
    words = "Our winner of the raffle is Mrs. Example of 12 Sample Street."
    item = out(author, reviewer, town.units["Press"], words, accounts["Press"])
    ident = reported(reviewer, item)
    assessed(reviewer, ident)
    hold = {"contentId": item, "matter": "Example v. Town", "reason": "Served today."}
    held = town.admin.api.done("legalHoldSet", hold, "legalHold { id isLifted }")["legalHold"]
    approval = drafted(author, ident, "TAKEDOWN")
    assert reviewer.api.codes("correctionApprove", approval) == ["LegalHold"]
    assert any("raffle" in one for one in published(platform.platform_url, handles["Press"]))
    lift = {"holdId": held["id"], "reason": "Settled."}
    assert author.api.codes("legalHoldLift", lift) == ["Forbidden"]
    town.admin.api.done("legalHoldLift", lift, "legalHold { isLifted }")
    reviewer.api.done("correctionApprove", approval, "correction { state }")
    found = eventually(partial(is_in, author, ident, "PROPAGATED"), within_s=120, every_s=0.2)
    assert found["targets"][0]["was"] == words
    assert not any("raffle" in one for one in published(platform.platform_url, handles["Press"]))
    assert "Sample Street" not in ledger(platform, town).text
