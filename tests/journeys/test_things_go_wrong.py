"""Things go wrong: people are told, it is tried again, and nothing is said twice or forgotten."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from stack.platform import Platform
from tests.support.breaking import Faults, account_id, all_are_ready, kill, published
from tests.support.programs import Member, Program, Tenant
from tests.support.waiting import eventually
from tests.support.web import Web, rss

pytestmark = pytest.mark.timeout(300)

CHANNEL = """query($id: ID!) { channel(id: $id) {
    steward { name } health { state detail nextTryAt } } }"""
PREVIEWS = "{ conversations(first: 50) { nodes { preview } } }"
ITEM = """query($id: ID!) { contentItem(id: $id) { state
    deliveries(first: 3) { nodes { state reason attempts { outcome httpStatus } } } } }"""


@pytest.fixture(scope="module")
def fire(program: Program) -> Tenant:
    """A fire department with one unit."""
    tenant = program.tenant("fire")
    tenant.unit("Watch")
    return tenant


@pytest.fixture(scope="module")
def handle(fire: Tenant) -> str:
    return fire.slug.replace("-", "_")


@pytest.fixture(scope="module")
def account(fire: Tenant, handle: str) -> str:
    """A connected account."""
    return fire.mastodon(fire.units["Watch"], handle)


@pytest.fixture(scope="module")
def reviewer(fire: Tenant) -> Member:
    return fire.member("vera", "REVIEWER")


@pytest.fixture(scope="module")
def faults(program: Program) -> Faults:
    return Faults(program.platform.platform_url)


def health(fire: Tenant, channel: str) -> Any:
    """What the steward sees."""
    found = fire.admin.api.ask(CHANNEL, id=channel)["channel"]
    assert found["steward"]["name"] == "Ada"
    return found["health"]


def is_in(fire: Tenant, channel: str, state: str) -> Any:
    found = health(fire, channel)
    return found if found["state"] == state else None


def becomes(fire: Tenant, channel: str, state: str) -> Any:
    return eventually(partial(is_in, fire, channel, state), within_s=120, every_s=0.1)


def seconds_until(moment: str) -> float:
    return (datetime.fromisoformat(moment) - datetime.now(UTC)).total_seconds()


def hears(program: Program, fire: Tenant, handle: str, words: str) -> None:
    """A question of now arrives."""
    program.public.post(program.public.account("neighbour"), f"@{handle} {words}")

    def arrived() -> bool:
        nodes = fire.admin.api.ask(PREVIEWS)["conversations"]["nodes"]
        return any(words in node["preview"] for node in nodes)

    eventually(arrived, within_s=120, every_s=0.2)


def connect(fire: Tenant, channel: str, **credentials: str) -> list[str]:
    """The codes with which connecting is refused."""
    named = [{"name": name, "value": value} for name, value in credentials.items()]
    return fire.admin.api.codes("channelConnect", {"channelId": channel, "credentials": named})


def approved(fire: Tenant, reviewer: Member, channel: str, text: str, *others: str) -> str:
    """A post that may go out, on one channel or on several."""
    api = fire.admin.api
    variants = [{"channelId": one, "text": text} for one in (channel, *others)]
    draft = {"unitId": fire.units["Watch"], "variants": variants}
    item = api.done("contentDraft", draft, "contentItem { id }")["contentItem"]["id"]
    frozen = api.done("contentSubmit", {"contentId": item}, "contentItem { versionHash }")
    vote = {"contentId": item, "verdict": "APPROVE", **frozen["contentItem"]}
    reviewer.api.done("contentVote", vote, "contentItem { state }")
    return str(item)


def is_out(fire: Tenant, item: str) -> Any:
    found = fire.admin.api.ask(ITEM, id=item)["contentItem"]
    return found if found["state"] == "PUBLISHED" else None


def test_what_is_no_feed_is_refused_and_what_stops_being_one_is_told(
    fire: Tenant, web: Web
) -> None:
    page = web.put("/page.html", "<html><body>Welcome</body></html>")
    given = {
        "platform": "FEED",
        "name": "Alarms",
        "unitId": fire.units["Watch"],
        "stewardId": fire.admin.id,
    }
    add = partial(fire.admin.api.done, "channelAdd", fields="channel { id }")
    wrong = add(given={**given, "baseUrl": page})["channel"]["id"]
    assert connect(fire, wrong) == ["NotAFeed"]
    inside = add(given={**given, "baseUrl": "http://127.0.0.1:1/feed"})["channel"]["id"]
    assert connect(fire, inside) == ["HostRefused"]
    feed = web.put("/alarms.rss", rss("Alarms", "A tree fell"))
    channel = add(given={**given, "baseUrl": feed})["channel"]["id"]
    assert connect(fire, channel) == []
    becomes(fire, channel, "OK")
    web.put("/alarms.rss", "<html><body>We moved</body></html>")
    told = becomes(fire, channel, "NOT_A_FEED")
    assert told["detail"]
    assert told["nextTryAt"]
    web.put("/alarms.rss", rss("Alarms", "A tree fell", "A cat came down by itself"))
    becomes(fire, channel, "OK")
    nodes = partial(fire.admin.api.ask, PREVIEWS)
    eventually(lambda: len(nodes()["conversations"]["nodes"]) == 2, within_s=30, every_s=0.2)


def test_a_revoked_token_is_told_to_the_steward_who_connects_again(
    program: Program, fire: Tenant, account: str, handle: str, faults: Faults
) -> None:
    assert connect(fire, account, access_token="revoked") == ["PlatformRefused"]
    assert connect(fire, account) == ["InvalidArgument"]
    becomes(fire, account, "OK")
    number = account_id(program.platform.platform_url, handle)
    faults.add(f"/api/v1/accounts/{number}/statuses", 401, count=1)
    told = becomes(fire, account, "REVOKED")
    assert "refuses the credentials" in told["detail"]
    assert 60 < seconds_until(told["nextTryAt"]) < 600
    assert connect(fire, account, access_token=program.public.account(handle)) == []
    becomes(fire, account, "OK")
    hears(program, fire, handle, "is the siren a test?")


@pytest.mark.parametrize(
    ("status", "headers", "state"),
    [(429, {"Retry_After": "3"}, "RATE_LIMITED"), (503, {}, "UNREACHABLE")],
)
def test_a_platform_that_wants_peace_or_is_down_is_asked_again_later(
    program: Program, fire: Tenant, account: str, handle: str, faults: Faults,
    status: int, headers: dict[str, str], state: str,
) -> None:  # fmt: skip
    becomes(fire, account, "OK")
    number = account_id(program.platform.platform_url, handle)
    faults.add(f"/api/v1/accounts/{number}/statuses", status, count=2, **headers)
    told = becomes(fire, account, state)
    assert str(status) in told["detail"]
    assert told["nextTryAt"]
    becomes(fire, account, "OK")
    hears(program, fire, handle, f"did you hear of {status}?")


def test_a_post_that_was_not_taken_is_sent_again_once(
    program: Program, fire: Tenant, account: str, handle: str, reviewer: Member, faults: Faults
) -> None:
    faults.add("/api/v1/statuses", 429, count=1, method="POST", Retry_After="1")
    words = "The new ladder is here."
    item = approved(fire, reviewer, account, words)
    fire.admin.api.done("contentSchedule", {"contentId": item}, "contentItem { state }")
    (delivery,) = eventually(partial(is_out, fire, item), within_s=90)["deliveries"]["nodes"]
    assert [one["outcome"] for one in delivery["attempts"]] == ["NOT_APPLIED", "CONFIRMED"]
    assert delivery["attempts"][0]["httpStatus"] == 429
    assert sum(words in one for one in published(program.platform.platform_url, handle)) == 1


def test_without_workflow_nothing_is_sent_and_afterwards_once(
    platform: Platform, fire: Tenant, account: str, handle: str, reviewer: Member
) -> None:
    words = "Open house on Saturday."
    item = approved(fire, reviewer, account, words)
    due = datetime.now(UTC) + timedelta(seconds=4)
    schedule = {"wallTime": due.strftime("%Y-%m-%dT%H:%M:%S"), "timeZone": "UTC"}
    given = {"contentId": item, "schedule": schedule}
    fire.admin.api.done("contentSchedule", given, "contentItem { state }")
    kill(platform, "workflow-web", "workflow-worker", "workflow-relay", away_s=10)
    eventually(lambda: datetime.now(UTC) > due + timedelta(seconds=3), within_s=20, every_s=0.5)
    assert not any(words in one for one in published(platform.platform_url, handle))
    eventually(partial(is_out, fire, item), within_s=120, every_s=0.2)
    assert sum(words in one for one in published(platform.platform_url, handle)) == 1


def test_after_every_process_was_killed_everything_goes_on(
    program: Program, platform: Platform, fire: Tenant, account: str, handle: str, reviewer: Member
) -> None:
    waiting = approved(fire, reviewer, account, "Sand is ready.")
    schedule = {"contentId": waiting}
    fire.admin.api.done("contentSchedule", schedule, "contentItem { state }")
    children = platform.supervisor.children
    before = {child.name: child.restarts for child in children}
    kill(platform, *(child.name for child in children))
    restarted = partial(is_restarted, platform, before)
    eventually(restarted, within_s=120, every_s=0.2)
    eventually(partial(all_are_ready, platform), within_s=120, every_s=0.5)
    hears(program, fire, handle, "are you all back?")
    eventually(partial(is_out, fire, waiting), within_s=120, every_s=0.2)
    words = [one for one in published(platform.platform_url, handle) if "Sand is ready" in one]
    assert len(words) == 1


def is_restarted(platform: Platform, before: dict[str, int]) -> bool:
    return all(child.restarts > before[child.name] for child in platform.supervisor.children)
