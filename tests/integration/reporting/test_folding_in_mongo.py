"""Facts become day documents in the real database."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from chassis.errors import Conflict
from contracts.views.reporting import DayDocumentView
from contracts.workflow.content import ContentDrafted, ContentKind, TopicRisk, Variant
from services.reporting.domain.shares import Part
from tests.support.reporting import (
    CHANNEL,
    MOMENT,
    ORG,
    UNIT,
    PlainFolds,
    Speaker,
    approved,
    archive_facts,
    attaching,
    confirmed,
    interleaved,
    opening,
    reported,
)
from tests.support.reporting_store import Reporting, amounts_of
from tests.support.twcs_figures import Tweet, figures, read

SAMPLE = Path(__file__).parents[2] / "unit" / "reporting" / "samples" / "support.csv"


def test_the_archive_is_reported_as_the_script_says(reporting: Reporting) -> None:
    reporting.take_all(interleaved(archive_facts(read(SAMPLE), 3), 3), 17)
    assert reported(amounts_of(day) for day in reporting.days()) == figures(read(SAMPLE))


def test_day_documents_hold_what_the_pure_fold_holds_and_no_zeros(reporting: Reporting) -> None:
    stream = interleaved(archive_facts(read(SAMPLE), 4), 4)
    reporting.take_all(stream, 11)
    plain = PlainFolds()
    plain.take(stream)
    found = {_part(day): amounts_of(day) for day in reporting.days()}
    assert found == plain.days


def _part(day: dict[str, object]) -> Part:
    return msgspec.convert({name: day[name] for name in Part.__struct_fields__}, Part)


def test_day_documents_keep_the_read_contract(reporting: Reporting) -> None:
    speaker = Speaker()
    item = speaker.say("item", approved("item", 60))
    reporting.take([item])
    (day,) = reporting.days()
    view = msgspec.convert({**day, "id": day["_id"]}, DayDocumentView)
    assert (view.day, view.channel_id, view.unit_id) == ("2026-03-02", CHANNEL, UNIT)
    assert view.counts == {"approvals": 1}
    assert view.seconds == {"approval_wait": {"60": 1}}


def test_both_sections_exist_where_only_one_was_added_to(reporting: Reporting) -> None:
    reporting.take([Speaker().say("post", confirmed("post", MOMENT))])
    (day,) = reporting.days()
    assert (day["counts"], day["seconds"]) == ({"posts_published": 1}, {})


def test_a_day_that_loses_everything_is_gone(reporting: Reporting) -> None:
    speaker = Speaker()
    asked = Tweet("1", True, MOMENT, None)
    reporting.take([speaker.say("thread", opening("thread", "north"))])
    reporting.take([speaker.say("thread", attaching("thread", [asked], "north"))])
    assert [day["unit_id"] for day in reporting.days()] == ["north"]
    reporting.take([speaker.say("thread", attaching("thread", [], "south"))])
    assert [day["unit_id"] for day in reporting.days()] == ["south"]


def test_a_batch_that_was_committed_is_not_folded_again(reporting: Reporting) -> None:
    fact = Speaker().say("item", approved("item", 60))
    reporting.take([fact])
    before = reporting.hash()
    with pytest.raises(Conflict):
        reporting.take([fact])
    assert reporting.hash() == before


def test_the_log_keeps_every_fact_without_its_words(reporting: Reporting) -> None:
    speaker = Speaker()
    drafted = ContentDrafted(
        content_id="item",
        kind=ContentKind.POST,
        author_id="person",
        unit_id=UNIT,
        topic_risk=TopicRisk.R2,
        conversation_id=None,
        variants=(Variant(channel_id=CHANNEL, text="CANARY of Alice"),),
    )
    said = [speaker.say("item", drafted), speaker.say("item", approved("item", 5, reason="CANARY"))]
    reporting.take(said)
    logged = reporting.logged()
    assert {row["sequence"] for row in logged} == {1, 2}
    assert not [row for row in logged if b"CANARY" in row["body"]]


def test_organizations_of_one_batch_stay_apart(reporting: Reporting) -> None:
    ours, theirs = Speaker(), Speaker("other-org")
    reporting.take([ours.say("item", approved("item", 1)), theirs.say("item", approved("item", 2))])
    assert amounts_of(reporting.days(ORG)[0]) == {"approvals": 1, "approval_wait/1": 1}
    assert amounts_of(reporting.days("other-org")[0]) == {"approvals": 1, "approval_wait/2": 1}
