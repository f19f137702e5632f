"""Links that checks want to have seen: what counts as an answer, and that workflow is told once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from chassis.clock import FixedClock
from chassis.errors import Refusal, RefusalCode, Unavailable
from chassis.metric_defs import CHASSIS_METRICS
from chassis.metrics import Metrics, new_registry
from chassis.mongo.factory import service_actor
from chassis.outbound import MaybeSent, NotSent, OutboundResponse
from chassis.outbound.scripted import ScriptedOutbound, Visit
from contracts.commands import Done
from contracts.workflow.policies import RecordEvidence
from services.ingest.adapters.links import REFUSED, GuardedEyes
from services.ingest.application.looking.look_at_link import Looker, Lookup, Seen
from services.ingest.metrics import METRICS

URL = "https://city.example/bridge"


def eyes(script: Callable[[Visit], OutboundResponse], **more: Any) -> GuardedEyes:
    """Eyes on a scripted outside."""
    metrics = Metrics((*CHASSIS_METRICS, *METRICS), new_registry())
    return GuardedEyes(ScriptedOutbound(script, **more), metrics)


def answering(**by_method: int) -> Callable[[Visit], OutboundResponse]:
    """An outside that answers with these statuses."""
    return lambda visit: OutboundResponse(by_method[visit.request.method], {}, b"")


@pytest.mark.parametrize(
    ("statuses", "status"),
    [
        ({"HEAD": 200}, 200),
        ({"HEAD": 405, "GET": 200}, 200),
        ({"HEAD": 404, "GET": 404}, 404),
        ({"HEAD": 500, "GET": 301}, 301),
        ({"HEAD": 451}, 451),
    ],
)
def test_get_has_the_last_word_where_head_says_no(statuses: dict[str, int], status: int) -> None:
    assert eyes(answering(**statuses)).see(URL) == Seen(status=status, final_url=URL)


def test_the_address_after_redirects_is_told() -> None:
    def script(visit: Visit) -> OutboundResponse:
        if visit.target.path.endswith("bridge"):
            return OutboundResponse(302, {"location": "http://city.example/new"}, b"")
        return OutboundResponse(200, {}, b"")

    assert eyes(script).see(URL).final_url == "http://city.example/new"


@pytest.mark.parametrize("error", [NotSent("no address"), MaybeSent("too late")])
def test_silence_is_an_answer_too(error: Exception) -> None:
    def script(_: Visit) -> OutboundResponse:
        raise error

    assert eyes(script).see(URL) == Seen(status=None, problem="nothing answered")


def test_a_large_page_is_there() -> None:
    def script(visit: Visit) -> OutboundResponse:
        if visit.request.method == "HEAD":
            return OutboundResponse(405, {}, b"")
        return OutboundResponse(200, {}, b"x" * 2_000_000)

    assert eyes(script).see(URL).status == 200


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1/", "http://169.254.169.254/latest", "http://[::1]/", "ftp://city.example/"],
)
def test_what_nobody_may_visit_is_not_visited(url: str) -> None:
    assert eyes(answering(HEAD=200, GET=200)).see(url) == Seen(status=None, problem=REFUSED)


class Rows:
    """Remembers what became of a lookup."""

    def __init__(self) -> None:
        self.ends: list[str] = []

    def take(self, owner: str, seconds: float) -> Lookup | None:
        return None

    def done(self, lookup: Lookup) -> None:
        self.ends.append("done")

    def later(self, lookup: Lookup, wait: float) -> None:
        self.ends.append("later")


class Desk:
    """A workflow that takes evidence, or does not."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error, self.told = error, list[RecordEvidence]()

    def send(self, command: Any, actor: Any, *, key: str | None = None) -> Done:
        if self.error:
            raise self.error
        self.told.append(command)
        return Done(id=command.evidence_id)


class Page:
    """Always there."""

    def see(self, url: str) -> Seen:
        return Seen(status=200, final_url=url)


def look(desk: Desk) -> Rows:
    """One look."""
    rows = Rows()
    looker = Looker(
        eyes=Page(),
        workflow=desk,
        lookups=rows,
        clock=FixedClock(),
        actor=lambda _: service_actor("ingest"),
    )
    looker.look(Lookup(org_id="o", evidence_id="e", url=URL, fence=1, wanted=1, failures=0))
    return rows


def test_workflow_is_told_and_the_row_goes() -> None:
    desk = Desk()

    assert look(desk).ends == ["done"]
    assert (desk.told[0].evidence_id, desk.told[0].status) == ("e", 200)


def test_workflow_is_told_again_when_it_was_away() -> None:
    assert look(Desk(Unavailable("away"))).ends == ["later"]


def test_evidence_that_nobody_wants_any_more_is_forgotten() -> None:
    assert look(Desk(Refusal(RefusalCode.NOT_FOUND, "Gone."))).ends == ["done"]
