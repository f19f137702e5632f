"""Secret links to the calendar: what they open, and what is written behind them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import icalendar
import pytest

from chassis.clock import FixedClock
from contracts.refusals import Refusal, RefusalCode
from services.graphql_gateway.adapters.calendar_feed import written
from services.graphql_gateway.application.feeds.read_feed import FeedDesk
from services.graphql_gateway.domain.calendar import Asked, Known, subtrees
from services.graphql_gateway.domain.calendar_feed import (
    CalendarFeed,
    FeedOf,
    feed_parts,
    feed_token,
)
from services.graphql_gateway.domain.credentials import hashed
from tests.unit.gateway.test_gateway_calendar import NOON, UNITS, a_window, an_item

IDENT = "0195c0d4-2b3c-7d4e-8f50-617283940a1b"
SECRET = "s3cret-with_underscore"


def a_feed(**changes: Any) -> CalendarFeed:
    """A feed of everything."""
    made: dict[str, Any] = {
        "id": IDENT, "org_id": "o", "account_id": "a", "person_id": "p", "whose": FeedOf.PERSON,
        "name": "Zoo", "secret_hash": hashed(SECRET), "unit_ids": (), "channel_ids": (),
        "created_at": NOON,
    }  # fmt: skip
    return CalendarFeed(**(made | changes))


class OneFeed:
    """Holds one feed and its rows; ``items`` None: its person sees nothing any more."""

    def __init__(self, feed: CalendarFeed, items: list[dict[str, Any]] | None = None) -> None:
        self.feed, self.items = feed, items

    def by_id(self, ident: str) -> CalendarFeed | None:
        return self.feed if ident == self.feed.id else None

    def known(self, _feed: CalendarFeed, _asked: Asked) -> Known | None:
        if self.items is None:
            return None
        units = [{**unit, "name": str(unit["_id"]).title()} for unit in UNITS]
        return Known(items=self.items, windows=[a_window()], units=units, series=(), settings=())

    def channel_names(self, _org_id: str) -> dict[str, str]:
        return {"c1": "Zoo, news"}


def opened(feed: CalendarFeed, items: list[dict[str, Any]] | None, token: str = "") -> Any:
    """The feed as a calendar program reads it."""
    one = OneFeed(feed, items)
    desk = FeedDesk(one, one, FixedClock(datetime(2026, 3, 12, tzinfo=UTC)))
    found = written(desk.page(token or feed_token(feed.id, SECRET)))
    return found, icalendar.Calendar.from_ical(found)


def test_a_token_names_its_feed_and_keeps_its_secret() -> None:
    assert feed_parts(feed_token(IDENT, SECRET)) == (IDENT, SECRET)
    for wrong in (
        "",
        "rst_cal_",
        "rst_cal_x_y",
        feed_token(IDENT, ""),
        f"x{feed_token(IDENT, 's')}",
    ):
        assert feed_parts(wrong) is None


def test_a_calendar_program_reads_entries_and_closed_windows() -> None:
    _, found = opened(a_feed(), [an_item("a"), an_item("b", 20, state="in_review", due_at=None,
                                                       planned_at=NOON)])  # fmt: skip
    events = {str(e["uid"]): e for e in found.walk("VEVENT")}
    assert events["a-item@rostrum"]["dtstart"].dt == NOON
    assert events["a-item@rostrum"]["status"] == "CONFIRMED"
    assert events["b-item@rostrum"]["status"] == "TENTATIVE"
    assert "Conflict: another post on Zoo, news" in events["a-item@rostrum"]["description"]
    assert "The calendar is closed then: Election" in events["a-item@rostrum"]["description"]
    assert "w1-window@rostrum" in events


@pytest.mark.parametrize(
    "text",
    [
        "a\r\nBEGIN:VEVENT\r\nUID:evil",
        "semi;colon,comma\\back",
        "\x00\x1b[31m",
        "é" * 300,
        "\u2028x",
    ],
)
def test_words_cannot_leave_their_line(text: str) -> None:
    raw, found = opened(a_feed(), [an_item("a", variants=[{"text": text}], tags=[text])])
    assert len([e for e in found.walk("VEVENT") if "item" in str(e["uid"])]) == 1
    assert all(len(line) <= 75 for line in raw.split(b"\r\n"))
    assert b"\x00" not in raw
    assert b"\nUID:evil" not in raw


def test_a_feed_of_a_unit_shows_its_subtree_alone() -> None:
    assert subtrees(["city"], UNITS) == {"city", "zoo"}
    items = [an_item("a"), an_item("b", 90, unit_id="city")]
    _, found = opened(a_feed(unit_ids=("zoo",)), items)
    assert [str(e["uid"]) for e in found.walk("VEVENT")] == ["a-item@rostrum", "w1-window@rostrum"]


@pytest.mark.parametrize(
    ("feed", "items", "token"),
    [
        (a_feed(revoked_at=NOON), [], ""),
        (a_feed(), [], feed_token(IDENT, "guessed")),
        (a_feed(), [], feed_token(IDENT.replace("1", "2"), SECRET)),
        (a_feed(), [], "nonsense"),
        (a_feed(), None, ""),
    ],
)
def test_nothing_tells_a_link_that_was_ended_from_one_that_never_was(
    feed: CalendarFeed, items: list[dict[str, Any]] | None, token: str
) -> None:
    with pytest.raises(Refusal) as no:
        opened(feed, items, token)
    assert (no.value.code, no.value.sentence) == (RefusalCode.NOT_FOUND, "There is no calendar ''.")
