"""How soon the public's words are in the inbox, and how much of that time is ours."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from statistics import median, quantiles
from threading import Event
from typing import Any, Final

import msgspec
import pytest
from pymongo import MongoClient

from stack.platform import Platform
from tests.bench.figures import Figures
from tests.support.programs import Program, Tenant
from tests.support.waiting import eventually

POSTS: Final = 30
LOOK: Final = 0.01
INBOX: Final = "{ conversations(first: 3) { edges { node { id preview } } } }"


class Path(msgspec.Struct, frozen=True, kw_only=True):
    """The moments of one message, all by this machine's clock."""

    posted: datetime
    arrived: datetime
    relayed: datetime
    attached: datetime
    visible: datetime


@pytest.mark.timeout(600)
def test_a_question_is_in_the_inbox_within_two_seconds(
    program: Program,
    platform: Platform,
    agency: Tenant,
    handle: str,
    citizen: str,
    database: MongoClient[Any],
    figures: Figures,
) -> None:
    found = [
        _followed(program, agency, words=f"@{handle} question {number}?", token=citizen)
        for number in range(POSTS)
    ]
    paths = [_path(database, platform.settings.namespace, *one) for one in found]

    whole = [_seconds(path.visible - path.posted) for path in paths]
    share = [_milliseconds(path.visible - path.arrived) for path in paths]
    figures.at_most("freshness_median", median(whole), "s", ceiling=2.0)
    figures.say("freshness_p90", quantiles(whole, n=10)[-1], "s")
    figures.at_most("own_share_median", median(share), "ms", ceiling=150.0)
    figures.say("own_share_p90", quantiles(share, n=10)[-1], "ms")
    _parts(paths, figures)
    figures.require()


def _followed(
    program: Program, agency: Tenant, *, words: str, token: str
) -> tuple[str, datetime, datetime]:
    """The platform's id of a new post, and when it was posted and first seen in the inbox."""
    # Not in step with the poller, which would hide or double the wait for it.
    Event().wait(random.random())
    posted = datetime.now(UTC)
    ident = str(program.public.post(token, words)["id"])
    text = words.partition(" ")[2]
    eventually(lambda: _is_seen(agency, text), within_s=30, every_s=LOOK)
    return ident, posted, datetime.now(UTC)


def _is_seen(agency: Tenant, text: str) -> bool:
    edges = agency.admin.api.ask(INBOX)["conversations"]["edges"]
    return any(edge["node"]["preview"].endswith(text) for edge in edges)


def _path(
    client: MongoClient[Any], namespace: str, ident: str, posted: datetime, visible: datetime
) -> Path:
    arrival = client[f"{namespace}_ingest"]["arrivals"].find_one({"external_id": ident}) or {}
    mention = client[f"{namespace}_workflow"]["mentions"].find_one({"external_id": ident}) or {}
    return Path(
        posted=posted,
        arrived=arrival["created_at"],
        relayed=arrival["relay"]["sent_at"],
        attached=mention["stored_at"],
        visible=visible,
    )


def _parts(paths: list[Path], figures: Figures) -> None:
    """Where the time goes; relaying ends with the mark, so the next part may begin before."""
    polled = median(_milliseconds(path.arrived - path.posted) for path in paths)
    relayed = median(_milliseconds(path.relayed - path.arrived) for path in paths)
    attached = median(_milliseconds(path.attached - path.arrived) for path in paths)
    shown = median(_milliseconds(path.visible - path.attached) for path in paths)
    figures.say("freshness_posted_to_arrived", polled, "ms")
    figures.say("freshness_arrived_to_marked_as_sent", relayed, "ms")
    figures.say("freshness_arrived_to_attached", attached, "ms")
    figures.say("freshness_attached_to_visible", shown, "ms")


def _seconds(span: timedelta) -> float:
    return span.total_seconds()


def _milliseconds(span: timedelta) -> float:
    return span.total_seconds() * 1000
