"""Publishing is stopped and goes on, a board answers nothing, and one channel of two fails."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from stack.platform import Platform
from tests.journeys.test_things_go_wrong import approved
from tests.support.breaking import published
from tests.support.listeners import Listener
from tests.support.programs import Member, Program, Tenant
from tests.support.waiting import eventually
from tests.support.web import Web

pytestmark = pytest.mark.timeout(300)

ITEM = """query($id: ID!) { contentItem(id: $id) { state deliveries(first: 5) { nodes {
    id state heldBy reason externalId stop { reason isActive } channel { id }
    attempts { purpose outcome } } } } }"""

LIVE = "subscription { deliveryChanged { change delivery { id state } } }"
STOPS = "subscription { publishingStopChanged { change stop { reason isActive } } }"


@pytest.fixture(scope="module")
def fire(program: Program) -> Tenant:
    """A fire department with one unit."""
    tenant = program.tenant("flood")
    tenant.unit("Watch")
    return tenant


@pytest.fixture(scope="module")
def handle(fire: Tenant) -> str:
    return fire.slug.replace("-", "_")


@pytest.fixture(scope="module")
def account(fire: Tenant, handle: str) -> str:
    return fire.mastodon(fire.units["Watch"], handle)


@pytest.fixture(scope="module")
def reviewer(fire: Tenant) -> Member:
    return fire.member("vera", "REVIEWER")


@pytest.fixture
def board(fire: Tenant, web: Web, request: pytest.FixtureRequest) -> str:
    """A connected address that takes posts, with a list of what it took."""
    path = f"/{request.node.name}"
    web.put(f"{path}/list", "[]")
    api = fire.admin.api
    given = {
        "platform": "WEBHOOK",
        "name": f"Board of {request.node.name}",
        "unitId": fire.units["Watch"],
        "stewardId": fire.admin.id,
        "baseUrl": f"http://127.0.0.1:{web.port}{path}/in",
    }
    channel = api.done("channelAdd", given, "channel { id }")["channel"]["id"]
    listed = {"name": "read_back_url", "value": f"http://127.0.0.1:{web.port}{path}/list"}
    api.done("channelConnect", {"channelId": channel, "credentials": [listed]}, "channel { id }")
    eventually(lambda: fire.channel(channel)["state"] == "ACTIVE", within_s=20)
    return str(channel)


def item_of(fire: Tenant, item: str) -> Any:
    return fire.admin.api.ask(ITEM, id=item)["contentItem"]


def in_state(fire: Tenant, item: str, state: str) -> Any:
    """Its first delivery, once it is in that state."""
    (first, *_) = item_of(fire, item)["deliveries"]["nodes"] or [{"state": ""}]
    return first if first["state"] == state else None


def is_item(fire: Tenant, item: str, state: str) -> Any:
    found = item_of(fire, item)
    return found if found["state"] == state else None


def goes_out(fire: Tenant, item: str) -> None:
    fire.admin.api.done("contentSchedule", {"contentId": item}, "contentItem { state }")


def test_a_stop_holds_everything_but_its_exemptions_until_it_is_over(
    platform: Platform, fire: Tenant, account: str, handle: str, reviewer: Member
) -> None:
    urgent = approved(fire, reviewer, account, "Leave the river banks now.")
    merry = approved(fire, reviewer, account, "Join our barbecue!")
    api = fire.admin.api
    url = platform.stream_url
    with Listener(url, api.token, LIVE) as listener, Listener(url, api.token, STOPS) as stops:
        eventually(listener.is_connected, within_s=40)
        eventually(stops.is_connected, within_s=40)
        _stop_and_resume(platform, fire, handle, urgent=urgent, merry=merry)
        eventually(lambda: {"HELD", "CONFIRMED"} <= states_heard(listener), within_s=30)
        eventually(lambda: "PublishingResumed" in changes_heard(stops), within_s=30)


def changes_heard(listener: Listener) -> set[str]:
    """What was heard live of stops."""
    return {event["change"] for event in listener.events("publishingStopChanged")}


def states_heard(listener: Listener) -> set[str]:
    """What was heard live of deliveries."""
    events = listener.events("deliveryChanged")
    return {event["delivery"]["state"] for event in events if event["delivery"]}


def _stop_and_resume(
    platform: Platform, fire: Tenant, handle: str, *, urgent: str, merry: str
) -> None:
    api = fire.admin.api
    order = {"reason": "A flood.", "exemptContentIds": [urgent]}
    stop = api.done("publishingStop", order, "stop { id isActive exemptItems { id } }")["stop"]
    assert stop["exemptItems"] == [{"id": urgent}]
    goes_out(fire, merry)
    goes_out(fire, urgent)
    held = eventually(partial(in_state, fire, merry, "HELD"), within_s=120, every_s=0.2)
    assert (held["heldBy"], held["stop"]) == ("STOP", {"reason": "A flood.", "isActive": True})
    eventually(partial(is_item, fire, urgent, "PUBLISHED"), within_s=120, every_s=0.2)
    assert not any("barbecue" in one for one in published(platform.platform_url, handle))
    active = "{ publishingStops(first: 1, filter: {isActive: true}) { nodes { id } } }"
    assert api.ask(active)["publishingStops"]["nodes"] == [{"id": stop["id"]}]
    api.done("publishingResume", {"stopId": stop["id"], "reason": "It falls."}, "stop { isActive }")
    eventually(partial(is_item, fire, merry, "PUBLISHED"), within_s=90, every_s=0.2)
    out = published(platform.platform_url, handle)
    assert sum("barbecue" in one for one in out) == 1


def test_a_board_that_answers_nothing_needs_a_person_who_is_told_what_to_check(
    web: Web, fire: Tenant, board: str, reviewer: Member, request: pytest.FixtureRequest
) -> None:
    took = web.take(f"/{request.node.name}/in", status=0)
    item = approved(fire, reviewer, board, "The bridge is closed.")
    goes_out(fire, item)
    found = eventually(partial(in_state, fire, item, "NEEDS_PERSON"), within_s=120, every_s=0.5)
    assert f"look on Board of {request.node.name} for “The bridge is closed.”" in found["reason"]
    assert [one["purpose"] for one in found["attempts"]] == ["SEND", *["READ_BACK"] * 3]
    assert [one["text"] for one in took] == ["The bridge is closed."]
    looked = {"deliveryId": found["id"], "reason": "It hangs there.", "externalId": "7"}
    fire.admin.api.done("deliverySettle", looked, "delivery { state }")
    eventually(partial(is_item, fire, item, "PUBLISHED"), within_s=20, every_s=0.2)
    assert len(took) == 1


def test_only_the_channel_that_failed_is_tried_again(
    platform: Platform, web: Web, fire: Tenant, account: str, handle: str, board: str,
    reviewer: Member, request: pytest.FixtureRequest,
) -> None:  # fmt: skip
    path = f"/{request.node.name}/in"
    web.take(path, status=422)
    words = "Sirens at noon are a test."
    item = approved(fire, reviewer, account, words, board)
    goes_out(fire, item)
    found = eventually(partial(is_item, fire, item, "PARTIALLY_PUBLISHED"), within_s=120)
    (failed,) = [one for one in found["deliveries"]["nodes"] if one["state"] == "FAILED"]
    assert failed["channel"]["id"] == board
    took = web.take(path, status=204)
    again = {"deliveryId": failed["id"], "reason": "The board was told."}
    fire.admin.api.done("deliveryRetry", again, "delivery { state }")
    eventually(partial(is_item, fire, item, "PUBLISHED"), within_s=120, every_s=0.2)
    assert len(took) == 1
    assert sum(words in one for one in published(platform.platform_url, handle)) == 1
