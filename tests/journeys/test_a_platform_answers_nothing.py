"""A platform takes what it is sent and answers nothing; afterwards everything is out, and once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest

from stack.platform import Platform
from tests.journeys.test_a_post_shows_a_picture import uploaded
from tests.support.breaking import published
from tests.support.lossy_proxy import Exchange, Fate, LossyProxy, honest
from tests.support.media import a_png
from tests.support.programs import Member, Program, Tenant
from tests.support.waiting import eventually

pytestmark = pytest.mark.timeout(400)

ITEM = """query($id: ID!) { contentItem(id: $id) { state
    deliveries(first: 5) { nodes { state reason attempts { purpose outcome } } } } }"""
STORED = "The pumps run again."
SWALLOWED = "The water is clean."
PICTURED = "This is the new pump."


@pytest.fixture(scope="module")
def works(program: Program) -> Tenant:
    tenant = program.tenant("works")
    tenant.unit("Water")
    return tenant


@pytest.fixture(scope="module")
def handle(works: Tenant) -> str:
    return works.slug.replace("-", "_")


@pytest.fixture(scope="module")
def account(program: Program, works: Tenant, handle: str, lossy: LossyProxy) -> str:
    """A channel of the demonstration platform, reached on the way that loses answers."""
    api, token = works.admin.api, program.public.account(handle)
    given = {
        "platform": "MASTODON",
        "name": handle,
        "handle": handle,
        "unitId": works.units["Water"],
        "stewardId": works.admin.id,
        "baseUrl": lossy.url,
    }
    channel = api.done("channelAdd", given, "channel { id }")["channel"]["id"]
    credentials = [{"name": "access_token", "value": token}]
    api.done("channelConnect", {"channelId": channel, "credentials": credentials}, "channel { id }")
    eventually(lambda: works.channel(channel)["state"] == "ACTIVE", within_s=20)
    return str(channel)


@pytest.fixture(scope="module")
def reviewer(works: Tenant) -> Member:
    return works.member("vera", "REVIEWER")


@pytest.fixture
def outage(lossy: LossyProxy) -> Iterator[LossyProxy]:
    """The next post is stored and its answer lost; from then on nothing is heard at all."""

    def judge(seen: Exchange) -> Fate:
        if seen.method != "POST" or not seen.path.endswith("/statuses"):
            return Fate.PASS
        lossy.is_deaf = True
        return Fate.LOSE

    lossy.judge = judge
    yield lossy
    lossy.judge, lossy.is_deaf = honest, False


def goes_out(works: Tenant, reviewer: Member, variant: dict[str, Any]) -> str:
    """The id of a post that is due now."""
    api = works.admin.api
    draft = {"unitId": works.units["Water"], "variants": [variant]}
    item = api.done("contentDraft", draft, "contentItem { id }")["contentItem"]["id"]
    frozen = api.done("contentSubmit", {"contentId": item}, "contentItem { versionHash }")
    vote = {"contentId": item, "verdict": "APPROVE", **frozen["contentItem"]}
    reviewer.api.done("contentVote", vote, "contentItem { state }")
    api.done("contentSchedule", {"contentId": item}, "contentItem { state }")
    return str(item)


def delivery(works: Tenant, item: str) -> Any:
    """Its one delivery."""
    (found,) = works.admin.api.ask(ITEM, id=item)["contentItem"]["deliveries"]["nodes"]
    return found


def said_by(platform: Platform, handle: str) -> Counter[str]:
    """The platform's own list: which words stand there how often."""
    listed = published(platform.platform_url, handle)
    return Counter(words.removeprefix("<p>").removesuffix("</p>") for words in listed)


def outcomes(works: Tenant, item: str) -> list[tuple[str, str]]:
    """What became of each try and each look."""
    attempts = delivery(works, item)["attempts"]
    return [(one["purpose"], one["outcome"]) for one in attempts]


def test_nothing_is_doubled_and_nothing_is_forgotten(
    platform: Platform,
    works: Tenant,
    account: str,
    handle: str,
    reviewer: Member,
    outage: LossyProxy,
) -> None:
    # One post arrives, and we never hear of it; then the platform falls silent.
    stored = goes_out(works, reviewer, {"channelId": account, "text": STORED})
    eventually(lambda: delivery(works, stored)["state"] == "UNKNOWN", within_s=30)
    assert said_by(platform, handle) == {STORED: 1}
    # Two more come due meanwhile. The bytes of both left; neither got there.
    swallowed = goes_out(works, reviewer, {"channelId": account, "text": SWALLOWED})
    image = {**_attached(works), "altText": "A pump."}
    pictured = goes_out(works, reviewer, {"channelId": account, "text": PICTURED, "media": [image]})
    eventually(lambda: delivery(works, swallowed)["state"] == "UNKNOWN", within_s=30)
    # An upload shows nowhere, so losing it is proven harmless: it waits and is tried again.
    eventually(lambda: delivery(works, pictured)["state"] == "RETRY_WAIT", within_s=30)
    # While nobody answers it is looked for, and no look that did not take place is counted.
    eventually(lambda: _looks(outage), within_s=120)
    assert ("READ_BACK", "UNKNOWN") not in outcomes(works, stored)
    assert outage.swallowed.count("POST /api/v1/statuses") == 1

    outage.judge, outage.is_deaf = honest, False

    for item in (stored, swallowed, pictured):
        eventually(partial(_is_confirmed, works, item), within_s=120, every_s=0.3)
    assert said_by(platform, handle) == {STORED: 1, SWALLOWED: 1, PICTURED: 1}
    assert outcomes(works, stored) == [("SEND", "UNKNOWN"), ("READ_BACK", "CONFIRMED")]
    assert outcomes(works, swallowed)[1:] == [("READ_BACK", "ABSENT"), ("SEND", "CONFIRMED")]


def _is_confirmed(works: Tenant, item: str) -> bool:
    return bool(delivery(works, item)["state"] == "CONFIRMED")


def _attached(works: Tenant) -> dict[str, str]:
    found = uploaded(works.admin, a_png(), "image/png").json()
    return {"hash": found["hash"], "contentType": found["contentType"]}


def _looks(outage: LossyProxy) -> bool:
    """Somebody asked for the account's own statuses, and heard nothing."""
    return any("/statuses" in one for one in outage.swallowed if one.startswith("GET"))
