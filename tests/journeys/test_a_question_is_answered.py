"""A question arrives, is routed, answered, reviewed, published once, and counted."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
import requests

from tests.support.api import Api
from tests.support.programs import Member, Program, Tenant
from tests.support.waiting import eventually

INBOX = """
query($state: [ConversationState!]) {
  conversations(first: 50, filter: {states: $state}) {
    edges { node { id state preview unit { name } clock { state } mentionCount } }
  }
}
"""
CONVERSATION = """
query($id: ID!) {
  conversation(id: $id) {
    id state clock { state stoppedAt } claimedBy { name }
    mentions(first: 10) { edges { node { id text direction externalId } } }
    replies(first: 5) { edges { node { id state versionHash
      deliveries(first: 5) { edges { node { id state url attempts { outcome } } } } } } }
  }
}
"""


@pytest.fixture(scope="module")
def city(program: Program) -> Tenant:
    """A city with a press office, billing, one live channel, and people for each part."""
    return program.tenant("city")


@pytest.fixture(scope="module")
def office(city: Tenant) -> dict[str, Any]:
    press = city.unit("Press Office")
    billing = city.unit("Billing", press)
    handle = city.slug.replace("-", "_")
    channel = city.mastodon(press, handle)
    rules = [{"name": "Money", "contains": ["invoice", "bill"], "unitId": billing}]
    city.admin.api.done("routingRulesSet", {"rules": rules}, "__typename")
    return {"press": press, "billing": billing, "handle": handle, "channel": channel}


@pytest.fixture(scope="module")
def responder(city: Tenant, office: dict[str, Any]) -> Member:
    return city.member("rita", "RESPONDER")


@pytest.fixture(scope="module")
def reviewer(city: Tenant, office: dict[str, Any]) -> Member:
    return city.member("vera", "REVIEWER")


def found_in_inbox(api: Api, words: str) -> Any:
    """The conversation whose preview has these words, or None."""
    edges = api.ask(INBOX, state=None)["conversations"]["edges"]
    return next((e["node"] for e in edges if words in e["node"]["preview"]), None)


def asked(program: Program, office: dict[str, Any], text: str) -> str:
    """The public asks on the platform; the platform's id of the question."""
    token = program.public.account("citizen")
    return str(program.public.post(token, f"@{office['handle']} {text}")["id"])


def approved(author: Member, reviewer: Member, content_id: str) -> Any:
    """Submitted by its author and approved by the reviewer."""
    submitted = author.api.done(
        "contentSubmit", {"contentId": content_id}, "contentItem { id state versionHash }"
    )["contentItem"]
    assert submitted["state"] == "IN_REVIEW"
    vote = {
        "contentId": content_id,
        "verdict": "APPROVE",
        "versionHash": submitted["versionHash"],
    }
    return reviewer.api.done("contentVote", vote, "contentItem { id state }")["contentItem"]


def statuses(program: Program, handle: str) -> list[Any]:
    """What the platform itself lists for the account."""
    url = program.platform.platform_url
    account = requests.get(f"{url}/api/v1/accounts/lookup", params={"acct": handle}, timeout=10)
    listed = requests.get(
        f"{url}/api/v1/accounts/{account.json()['id']}/statuses", params={"limit": 40}, timeout=10
    )
    return list(listed.json())


def test_a_question_is_routed_answered_reviewed_published_and_the_clock_stops(
    program: Program, office: dict[str, Any], responder: Member, reviewer: Member
) -> None:
    question = asked(program, office, "my water bill doubled, why?")
    found = eventually(lambda: found_in_inbox(responder.api, "bill doubled"), within_s=30)
    assert found["unit"]["name"] == "Billing"
    assert found["clock"]["state"] == "RUNNING"

    claim = {"conversationId": found["id"]}
    responder.api.done("conversationClaim", claim, "conversation { state }")
    assert reviewer.api.codes("conversationClaim", claim)

    draft = {"conversationId": found["id"], "text": "Please send us your meter reading."}
    item = responder.api.done("replyDraft", draft, "contentItem { id state }")["contentItem"]
    approved(responder, reviewer, item["id"])

    def replied() -> Any:
        seen = responder.api.ask(CONVERSATION, id=found["id"])["conversation"]
        return seen if seen["state"] == "REPLIED" else None

    seen = eventually(replied, within_s=30)
    assert seen["clock"]["state"] == "STOPPED"
    published = [s for s in statuses(program, office["handle"]) if s["in_reply_to_id"] == question]
    assert len(published) == 1
    assert "meter reading" in published[0]["content"]


def test_nobody_approves_their_own_words_through_the_api(
    city: Tenant, program: Program, office: dict[str, Any]
) -> None:
    admin = city.admin
    draft = {
        "unitId": office["press"],
        "variants": [{"channelId": office["channel"], "text": "The pool opens on Friday."}],
    }
    item = admin.api.done("contentDraft", draft, "contentItem { id }")["contentItem"]
    submitted = admin.api.done(
        "contentSubmit", {"contentId": item["id"]}, "contentItem { versionHash }"
    )["contentItem"]
    vote = {
        "contentId": item["id"],
        "verdict": "APPROVE",
        "versionHash": submitted["versionHash"],
    }
    assert admin.api.codes("contentVote", vote) == ["OwnWords"]
    assert not [s for s in statuses(program, office["handle"]) if "pool opens" in s["content"]]


def test_an_approved_post_goes_out_once_and_its_attempt_is_on_record(
    city: Tenant, program: Program, office: dict[str, Any], reviewer: Member
) -> None:
    draft = {
        "unitId": office["press"],
        "variants": [{"channelId": office["channel"], "text": "The library is open late today."}],
    }
    item = city.admin.api.done("contentDraft", draft, "contentItem { id }")["contentItem"]
    assert approved(city.admin, reviewer, item["id"])["state"] == "APPROVED"
    city.admin.api.done("contentSchedule", {"contentId": item["id"]}, "contentItem { state }")
    query = """query($id: ID!) { contentItem(id: $id) { state
        deliveries(first: 5) { edges { node { state url attempts { outcome } } } } } }"""

    def out() -> Any:
        seen = city.admin.api.ask(query, id=item["id"])["contentItem"]
        return seen if seen["state"] == "PUBLISHED" else None

    (edge,) = eventually(out, within_s=30)["deliveries"]["edges"]
    assert edge["node"]["state"] == "CONFIRMED"
    assert [a["outcome"] for a in edge["node"]["attempts"]] == ["CONFIRMED"]
    listed = [s for s in statuses(program, office["handle"]) if "open late" in s["content"]]
    assert len(listed) == 1


def test_the_report_counts_what_happened(city: Tenant, office: dict[str, Any]) -> None:
    query = """query($from: Date!, $to: Date!) { report(from: $from, to: $to) {
        total { mentions replies postsPublished approvals
          firstResponsePerConversation { count medianSeconds } } } }"""
    today = datetime.now(UTC).date().isoformat()

    def counted() -> Any:
        total = city.admin.api.ask(query, **{"from": today, "to": today})["report"]["total"]
        is_whole = total["postsPublished"] >= 1 and total["replies"] >= 1
        return total if is_whole else None

    total = eventually(counted, within_s=30)
    assert total["approvals"] == 2
    assert total["firstResponsePerConversation"]["count"] == 1
