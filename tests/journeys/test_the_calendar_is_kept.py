"""A calendar over two units in two zones: plans, conflicts, a closed day, a series, a secret link."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import icalendar
import pytest
import requests

from stack.platform import Platform
from tests.support.breaking import published
from tests.support.programs import Member, Program, Tenant
from tests.support.waiting import eventually

pytestmark = pytest.mark.timeout(300)

CALENDAR = """query($from: DateTime!, $to: DateTime!) { calendar(from: $from, to: $to) {
    gapMinutes windows { reason kind }
    entries { at standing wallTime timeZone note title contentItem { id state } series { id }
      conflicts { minutes contentItem { id } channel { id } } windows { reason } channels { id } } } }"""
ITEM = """query($id: ID!) { contentItem(id: $id) { state dueAt deliveries(first: 5) { nodes {
    state heldBy reason } } } }"""


@pytest.fixture(scope="module")
def museum(program: Program) -> Tenant:
    """A museum with one unit."""
    tenant = program.tenant("museum")
    tenant.unit("Front desk")
    return tenant


@pytest.fixture(scope="module")
def handle(museum: Tenant) -> str:
    return museum.slug.replace("-", "_")


@pytest.fixture(scope="module")
def account(museum: Tenant, handle: str) -> str:
    return museum.mastodon(museum.units["Front desk"], handle)


@pytest.fixture(scope="module")
def reviewer(museum: Tenant) -> Member:
    return museum.member("rita", "REVIEWER")


def utc(hours: float) -> dict[str, str]:
    """The wall time of UTC so many hours from now."""
    moment = datetime.now(UTC) + timedelta(hours=hours)
    return {"wallTime": moment.strftime("%Y-%m-%dT%H:%M:%S"), "timeZone": "UTC"}


def drafted(museum: Tenant, channel: str, text: str, **more: Any) -> str:
    """The id of a post under review."""
    draft = {
        "unitId": museum.units["Front desk"],
        "variants": [{"channelId": channel, "text": text}],
    }
    item = museum.admin.api.done("contentDraft", draft | more, "contentItem { id }")["contentItem"]
    museum.admin.api.done("contentSubmit", {"contentId": item["id"]}, "contentItem { state }")
    return str(item["id"])


def approve(museum: Tenant, reviewer: Member, item: str) -> None:
    query = "query($id: ID!) { contentItem(id: $id) { versionHash } }"
    frozen = museum.admin.api.ask(query, id=item)["contentItem"]
    vote = {"contentId": item, "verdict": "APPROVE", **frozen}
    reviewer.api.done("contentVote", vote, "contentItem { state }")


def span(museum: Tenant, hours: float = 24 * 40) -> Any:
    """The calendar from now on."""
    start = datetime.now(UTC) - timedelta(minutes=5)
    given = {"from": start.isoformat(), "to": (start + timedelta(hours=hours)).isoformat()}
    return museum.admin.api.ask(CALENDAR, **given)["calendar"]


def entry_of(museum: Tenant, item: str) -> Any:
    found = [
        e for e in span(museum)["entries"] if e["contentItem"] and e["contentItem"]["id"] == item
    ]
    return found[0] if found else None


def state_of(museum: Tenant, item: str, state: str) -> Any:
    found = museum.admin.api.ask(ITEM, id=item)["contentItem"]
    return found if found["state"] == state else None


def test_plans_and_schedules_stand_side_by_side_and_conflicts_are_marked(
    museum: Tenant, account: str, reviewer: Member
) -> None:
    api = museum.admin.api
    unit = {"unitId": museum.units["Front desk"], "timeZone": "Pacific/Auckland"}
    api.done("unitChange", unit, "unit { timeZone }")
    api.done("calendarSet", {"gapMinutes": 45}, "settings { gapMinutes reusesApproval }")
    when = utc(100)
    first = drafted(museum, account, "The whale hall opens.", schedule=when)
    assert entry_of(museum, first)["standing"] == "PLANNED"
    approve(museum, reviewer, first)
    second = drafted(museum, account, "So does the café.", schedule=utc(100.5))
    entry = entry_of(museum, first)
    assert (entry["standing"], entry["timeZone"]) == ("SCHEDULED", "Pacific/Auckland")
    assert entry["at"].startswith(when["wallTime"])
    assert entry["wallTime"] != when["wallTime"][:16]
    assert [(c["minutes"], c["contentItem"]["id"]) for c in entry["conflicts"]] == [(30, second)]
    assert [c["contentItem"]["id"] for c in entry_of(museum, second)["conflicts"]] == [first]


def test_a_blackout_refuses_what_is_scheduled_into_it_and_holds_what_is_due(
    platform: Platform, museum: Tenant, account: str, reviewer: Member, handle: str
) -> None:
    api = museum.admin.api
    waiting = drafted(museum, account, "Guided tours at noon.")
    approve(museum, reviewer, waiting)
    given = {
        "kind": "BLACKOUT", "scope": "CHANNEL", "scopeId": account, "reason": "A day of mourning.",
        "starts": utc(-1), "ends": utc(2),
    }  # fmt: skip
    window = api.done("windowAdd", given, "window { id isActive }")["window"]["id"]
    assert api.codes("contentSchedule", {"contentId": waiting, "schedule": utc(1)}) == ["Blackout"]
    assert [w["reason"] for w in span(museum)["windows"]] == ["A day of mourning."]
    free = {"windowId": window, "exemptContentIds": [waiting]}
    api.done("windowChange", free, "window { exemptItems { id } }")
    api.done("contentSchedule", {"contentId": waiting, "schedule": utc(0.001)}, "__typename")
    api.done("windowChange", free | {"exemptContentIds": []}, "__typename")
    held = eventually(partial(_held, museum, waiting), within_s=120, every_s=0.2)
    assert "A day of mourning." in held["reason"]
    assert not any("Guided tours" in one for one in published(platform.platform_url, handle))
    api.done("windowRemove", {"windowId": window, "reason": "It is over."}, "window { isActive }")
    eventually(partial(state_of, museum, waiting, "PUBLISHED"), within_s=90, every_s=0.2)
    out = published(platform.platform_url, handle)
    assert sum("Guided tours" in one for one in out) == 1
    assert entry_of(museum, waiting)["standing"] == "PUBLISHED"


def _held(museum: Tenant, item: str) -> Any:
    nodes = museum.admin.api.ask(ITEM, id=item)["contentItem"]["deliveries"]["nodes"]
    held = [one for one in nodes if one["heldBy"] == "WINDOW"]
    return held[0] if held else None


def test_a_series_makes_items_that_are_reviewed_and_shows_the_next_ones(
    museum: Tenant, account: str, reviewer: Member
) -> None:
    api = museum.admin.api
    api.done("calendarSet", {"gapMinutes": 45, "reusesApproval": True}, "__typename")
    start = (datetime.now(UTC) + timedelta(days=3)).strftime("%Y-%m-%dT07:15")
    given = {
        "unitId": museum.units["Front desk"], "rule": "FREQ=DAILY;COUNT=4", "leadDays": 4,
        "variants": [{"channelId": account, "text": "Good morning from the museum."}],
        "schedule": {"wallTime": start, "timeZone": "Europe/Berlin"},
    }  # fmt: skip
    assert api.codes("seriesStart", given | {"rule": "FREQ=SECONDLY"}) == ["BadRule"]
    fields = "series { id state ahead { wallTime dueAt odd note } }"
    series = api.done("seriesStart", given, fields)["series"]
    assert len(series["ahead"]) == 4
    made = eventually(partial(_occurrence, museum, series["id"], 0), within_s=30, every_s=0.2)
    first = str(made)
    approve(museum, reviewer, first)
    eventually(partial(state_of, museum, first, "SCHEDULED"), within_s=20, every_s=0.2)
    entries = [e for e in span(museum)["entries"] if e["series"] == {"id": series["id"]}]
    assert len(entries) == 4
    assert {e["standing"] for e in entries} >= {"SCHEDULED", "COMING"}
    api.done("seriesEnd", {"seriesId": series["id"], "reason": "Holidays."}, "series { state }")
    assert not [e for e in span(museum)["entries"] if e["standing"] == "COMING"]


def _occurrence(museum: Tenant, series: str, place: int) -> str | None:
    query = (
        """query($id: ID!) { contentSeriesById(id: $id) { recent { contentItem { id state } } } }"""
    )
    recent = museum.admin.api.ask(query, id=series)["contentSeriesById"]["recent"]
    if len(recent) <= place or recent[place]["contentItem"]["state"] != "IN_REVIEW":
        return None
    return str(recent[place]["contentItem"]["id"])


def test_a_secret_link_shows_the_calendar_until_it_is_ended(
    platform: Platform, museum: Tenant, account: str
) -> None:
    item = drafted(museum, account, "Night, of: museums; \\o/", schedule=utc(200))
    api = museum.admin.api
    given = {"name": "Phone", "whose": "ORGANIZATION", "unitIds": [museum.units["Front desk"]]}
    opened = api.done("calendarFeedOpen", given, "token feed { id name whose }")
    url = f"{platform.graphql_url.removesuffix('/graphql')}/calendar/{opened['token']}.ics"
    answer = requests.get(url, timeout=30)
    assert (answer.status_code, answer.headers["Content-Type"]) == (
        200,
        "text/calendar; charset=utf-8",
    )
    events: list[Any] = icalendar.Calendar.from_ical(answer.content).walk("VEVENT")
    (event,) = [e for e in events if "museums; \\o/" in str(e["summary"])]
    assert str(event["status"]) == "TENTATIVE"
    assert entry_of(museum, item)["at"].startswith(event["dtstart"].dt.strftime("%Y-%m-%dT%H:%M"))
    author = museum.member("noah", "AUTHOR")
    assert author.api.codes("calendarFeedOpen", given) == ["Forbidden"]
    assert author.api.codes("calendarFeedClose", {"feedId": opened["feed"]["id"]}) == ["NotFound"]
    api.done("calendarFeedClose", {"feedId": opened["feed"]["id"]}, "feed { revokedAt }")
    gone, never = requests.get(url, timeout=30), requests.get(f"{url[:-8]}x.ics", timeout=30)
    assert (gone.status_code, never.status_code) == (404, 404)


def test_a_profile_is_changed_for_a_time_and_comes_back(
    platform: Platform, museum: Tenant, account: str, reviewer: Member, handle: str
) -> None:
    api = museum.admin.api
    before = profile_of(platform, handle)
    given = {
        "unitId": museum.units["Front desk"], "ends": utc(24),
        "profiles": [{"channelId": account, "change": {
            "displayName": "Museum by night", "bio": "Open until two."}}],
    }  # fmt: skip
    fields = "contentItem { id kind endsAt variants { text profile { bio } } }"
    item = api.done("profileChangeDraft", given, fields)["contentItem"]
    assert item["variants"][0]["text"] == "Name: Museum by night\nBio: Open until two."
    api.done("contentSubmit", {"contentId": item["id"]}, "contentItem { state }")
    approve(museum, reviewer, item["id"])
    api.done("contentSchedule", {"contentId": item["id"]}, "contentItem { state }")
    eventually(partial(state_of, museum, item["id"], "PUBLISHED"), within_s=120, every_s=0.2)
    assert profile_of(platform, handle) == ("Museum by night", "Open until two.")
    over = {"contentId": item["id"], "reason": "The night is over."}
    api.done("profileChangeEnd", over, "contentItem { state }")
    eventually(lambda: profile_of(platform, handle) == before, within_s=120, every_s=0.2)
    deliveries = """query($id: ID!) { contentItem(id: $id) { deliveries(first: 5) { nodes {
        action state } } } }"""
    nodes = eventually(
        lambda: [
            one
            for one in api.ask(deliveries, id=item["id"])["contentItem"]["deliveries"]["nodes"]
            if one == {"action": "PROFILE_REVERT", "state": "CONFIRMED"}
        ],
        within_s=30,
        every_s=0.2,
    )
    assert len(nodes) == 1


def profile_of(platform: Platform, handle: str) -> tuple[str, str]:
    """Name and words of an account, as everybody sees them, without markup."""
    url = f"{platform.platform_url}/api/v1/accounts/lookup"
    found = requests.get(url, params={"acct": handle}, timeout=10).json()
    return found["display_name"], found["note"].removeprefix("<p>").removesuffix("</p>")
