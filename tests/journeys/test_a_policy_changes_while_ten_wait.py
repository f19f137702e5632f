"""Ten posts wait, in review, approved and scheduled; a new clause moves three, and says which it is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from stack.platform import Platform
from tests.journeys.test_a_post_shows_a_picture import uploaded
from tests.support.breaking import published
from tests.support.media import a_png
from tests.support.programs import Member, Program, Tenant
from tests.support.waiting import eventually

pytestmark = pytest.mark.timeout(300)

ITEM = """query($id: ID!) { contentItem(id: $id) { state rev
    findings { clauseNumber citation sentence policyVersion }
    deliveries(first: 5) { nodes { state } } } }"""
STATE = "contentItem { state }"
STEPS = ("IN_REVIEW", "APPROVED", "SCHEDULED")
WCAG = "WCAG 2.2, 1.1.1"


@pytest.fixture(scope="module")
def museum(program: Program) -> Tenant:
    tenant = program.tenant("museum")
    tenant.unit("Press")
    return tenant


@pytest.fixture(scope="module")
def account(museum: Tenant) -> str:
    return museum.mastodon(museum.units["Press"], museum.slug.replace("-", "_"))


@pytest.fixture(scope="module")
def author(museum: Tenant) -> Member:
    return museum.member("anna", "AUTHOR")


@pytest.fixture(scope="module")
def reviewer(museum: Tenant) -> Member:
    return museum.member("rolf", "REVIEWER")


def a_policy(museum: Tenant, *clauses: dict[str, Any], policy: str | None = None) -> str:
    """The id of the house rules, or of their next version."""
    given: dict[str, Any] = {"name": "House rules", "clauses": list(clauses)}
    if policy:
        given["policyId"] = policy
    done = museum.admin.api.done("policyPublish", given, "policy { id version }")
    return str(done["policy"]["id"])


def a_clause(number: str, kind: str, **more: Any) -> dict[str, Any]:
    check = {"kind": kind, "params": []}
    return {"number": number, "text": f"{kind}.", "severity": "BLOCK", "check": check, **more}


def words(account: str, text: str, *media: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"channelId": account, "text": text, "media": list(media)}]


def waiting(
    museum: Tenant, author: Member, reviewer: Member, variants: list[dict[str, Any]], state: str
) -> str:
    """The id of a post that waits in this state."""
    draft = {"unitId": museum.units["Press"], "variants": variants}
    item = author.api.done("contentDraft", draft, "contentItem { id }")["contentItem"]["id"]
    frozen = author.api.done("contentSubmit", {"contentId": item}, "contentItem { versionHash }")
    if state != "IN_REVIEW":
        vote = {"contentId": item, "verdict": "APPROVE", **frozen["contentItem"]}
        reviewer.api.done("contentVote", vote, STATE)
    if state == "SCHEDULED":
        tomorrow = datetime.now(UTC) + timedelta(days=1)
        at = {"wallTime": tomorrow.strftime("%Y-%m-%dT%H:%M"), "timeZone": "UTC"}
        reviewer.api.done("contentSchedule", {"contentId": item, "schedule": at}, STATE)
    return str(item)


def shown(museum: Tenant, item: str) -> Any:
    return museum.admin.api.ask(ITEM, id=item)["contentItem"]


def is_in(museum: Tenant, item: str, state: str) -> bool:
    return bool(shown(museum, item)["state"] == state)


def test_what_newly_fails_goes_back_with_the_clause_and_the_rest_waits_on(
    platform: Platform, museum: Tenant, account: str, author: Member, reviewer: Member
) -> None:
    policy = a_policy(museum, a_clause("1", "political_activity"))
    found = uploaded(author, a_png(), "image/png").json()
    picture = {"hash": found["hash"], "contentType": "image/png"}
    fine = {"altText": "A vase of the fifth century."}
    good = {
        waiting(museum, author, reviewer, words(account, f"Vase {state} {n}.", each), state): state
        for state, count in zip(STEPS, (3, 2, 2), strict=True)
        for n, each in enumerate([{**picture, **fine}] * count)
    }
    moved = {
        state: waiting(museum, author, reviewer, words(account, f"Jar {state}.", picture), state)
        for state in STEPS
    }
    assert len(good) + len(moved) == 10

    a_policy(museum, a_clause("2", "alt_text", citation=WCAG), policy=policy)

    eventually(partial(is_in, museum, moved["IN_REVIEW"], "CHANGES_REQUESTED"), within_s=30)
    eventually(partial(is_in, museum, moved["APPROVED"], "APPROVAL_EXPIRED"), within_s=30)
    eventually(partial(is_in, museum, moved["SCHEDULED"], "APPROVAL_EXPIRED"), within_s=30)
    for item in moved.values():
        (finding,) = shown(museum, item)["findings"]
        assert (finding["clauseNumber"], finding["citation"]) == ("2", WCAG)
        assert finding["policyVersion"] == 2
    assert {item: shown(museum, item)["state"] for item in good} == good
    # What lost its approval cannot be sent by any of the doors that sent it before.
    late = moved["SCHEDULED"]
    assert reviewer.api.codes("contentSchedule", {"contentId": late})
    states = [one["state"] for one in shown(museum, late)["deliveries"]["nodes"]]
    assert set(states) <= {"CANCELLED"}
    handle = museum.slug.replace("-", "_")
    assert published(platform.platform_url, handle) == []
    # The author says what the picture shows, and the post is on its way again.
    jar = moved["IN_REVIEW"]
    described = words(account, "Jar, described.", {**picture, "altText": "A jar with a lid."})
    edit = {"contentId": jar, "rev": shown(museum, jar)["rev"], "variants": described}
    author.api.done("contentEdit", edit, STATE)
    submitted = author.api.done("contentSubmit", {"contentId": jar}, STATE)
    assert submitted["contentItem"]["state"] == "IN_REVIEW"
