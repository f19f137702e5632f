"""The one who sits for the law goes on leave: a colleague reads for her, and nobody else may."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.support.programs import Member, Program, Tenant

pytestmark = pytest.mark.timeout(300)

ROUND = """query($id: ID!) { contentItem(id: $id) { state round { votes {
    verdict reviewer { name } onBehalfOf { name } } } } }"""
STATE = "contentItem { state }"


@pytest.fixture(scope="module")
def clinic(program: Program) -> Tenant:
    """Everything here needs the law's approval."""
    tenant = program.tenant("clinic")
    tenant.unit("Press")
    stages = [{"name": "Law", "seats": ["legal"], "dueHours": 8}]
    rules = {"rules": [{"name": "All", "stages": stages, "isFixed": True}]}
    tenant.admin.api.done("reviewRoutesSet", rules, "reviewSettings { rules { name } }")
    return tenant


@pytest.fixture(scope="module")
def account(clinic: Tenant) -> str:
    return clinic.mastodon(clinic.units["Press"], clinic.slug.replace("-", "_"))


@pytest.fixture(scope="module")
def author(clinic: Tenant) -> Member:
    return clinic.member("anna", "MANAGER")


@pytest.fixture(scope="module")
def lawyer(clinic: Tenant) -> Member:
    """The only one who sits for the law."""
    found = clinic.member("lena", "REVIEWER")
    seat = {"name": "legal", "personId": found.id, "unitId": clinic.units["Press"]}
    clinic.admin.api.done("seatAssign", seat, "seatAssignment { name }")
    return found


@pytest.fixture(scope="module")
def colleague(clinic: Tenant) -> Member:
    return clinic.member("carl", "REVIEWER")


@pytest.fixture(scope="module")
def third(clinic: Tenant) -> Member:
    return clinic.member("dora", "REVIEWER")


def under_review(clinic: Tenant, author: Member, account: str, text: str) -> dict[str, str]:
    """What a vote on it names."""
    draft = {
        "unitId": clinic.units["Press"],
        "variants": [{"channelId": account, "text": text}],
        "topicRisk": "R2",
    }
    item = author.api.done("contentDraft", draft, "contentItem { id }")["contentItem"]["id"]
    fields = "contentItem { versionHash state }"
    frozen = author.api.done("contentSubmit", {"contentId": item}, fields)["contentItem"]
    assert frozen["state"] == "IN_REVIEW"
    return {"contentId": item, "verdict": "APPROVE", "versionHash": frozen["versionHash"]}


def goes_on_leave(giver: Member, to: Member, *, days: int = 14) -> str:
    """The id of a delegation from now on."""
    now = datetime.now(UTC)
    given = {
        "toId": to.id,
        "startsAt": now.isoformat(),
        "endsAt": (now + timedelta(days=days)).isoformat(),
    }
    return str(giver.api.done("reviewsDelegate", given, "delegation { id }")["delegation"]["id"])


def votes(clinic: Tenant, vote: dict[str, str]) -> Any:
    return clinic.admin.api.ask(ROUND, id=vote["contentId"])["contentItem"]


def test_a_colleague_reads_for_her_and_it_is_shown(
    clinic: Tenant, account: str, author: Member, lawyer: Member, colleague: Member, third: Member
) -> None:
    vote = under_review(clinic, author, account, "The new ward opens on Monday.")
    for_her = {**vote, "onBehalfOf": lawyer.id}
    # Before she delegates, nobody sits there but her.
    assert colleague.api.codes("contentVote", vote) == ["NotAReviewer"]
    assert colleague.api.codes("contentVote", for_her) == ["NotDelegated"]

    leave = goes_on_leave(lawyer, colleague)

    # It is his alone to use, and he cannot pass it on.
    assert third.api.codes("contentVote", for_her) == ["NotDelegated"]
    goes_on_leave(colleague, third)
    assert third.api.codes("contentVote", for_her) == ["NotDelegated"]
    colleague.api.done("contentVote", for_her, STATE)
    found = votes(clinic, vote)
    assert found["state"] == "APPROVED"
    (said,) = found["round"]["votes"]
    assert (said["reviewer"], said["onBehalfOf"]) == ({"name": "Carl"}, {"name": "Lena"})

    # She is back early: from then on only she sits there.
    lawyer.api.done("delegationEnd", {"delegationId": leave}, "delegation { isEnded }")
    second = under_review(clinic, author, account, "The old ward closes on Friday.")
    late = {**second, "onBehalfOf": lawyer.id}
    assert colleague.api.codes("contentVote", late) == ["NotDelegated"]
    lawyer.api.done("contentVote", second, STATE)
    assert votes(clinic, second)["state"] == "APPROVED"


def test_her_leave_gives_an_author_no_way_to_their_own_words(
    clinic: Tenant, account: str, author: Member, lawyer: Member
) -> None:
    vote = under_review(clinic, author, account, "Read and approved by myself.")
    leave = goes_on_leave(lawyer, author)

    refused = author.api.codes("contentVote", {**vote, "onBehalfOf": lawyer.id})

    assert refused in (["OwnWords"], ["NotDelegated"])
    assert votes(clinic, vote)["state"] == "IN_REVIEW"
    lawyer.api.done("delegationEnd", {"delegationId": leave}, "delegation { isEnded }")
