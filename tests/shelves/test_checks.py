"""Every folder on the shelf of checks finds what its samples say, and nothing breaks it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.workflow.content import ContentKind, ContentState, Media, TopicRisk, Variant
from contracts.workflow.policies import CheckSpec, Param
from services.workflow.domain import checks
from services.workflow.domain.checks import params_of, shelf
from services.workflow.domain.checks.evidence import Evidence, Hit
from services.workflow.domain.content.item import ContentItem

SHELF = Path(checks.__file__).parent
SAMPLES = sorted(SHELF.glob("*/samples/*.json"))
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
NEEDED = {"mirroring": {"hosts": "city.example"}, "expression": {"expression": "words < 5"}}


def an_item(text: str, media: tuple[Media, ...] = ()) -> ContentItem:
    """A post by ann on channel c."""
    return ContentItem(
        id="item",
        org_id="org",
        kind=ContentKind.POST,
        state=ContentState.DRAFT,
        author_id="ann",
        unit_id="unit",
        channel_ids=("c",),
        topic_risk=TopicRisk.R2,
        variants=(Variant(channel_id="c", text=text, media=media),),
        created_at=NOW,
        updated_at=NOW,
    )


def hits_of(name: str, item: ContentItem, evidence: Evidence, given: dict[str, str]) -> list[Hit]:
    """What a check finds with these settings."""
    check = shelf()[name]
    spec = CheckSpec(kind=name, params=tuple(Param(name=n, value=v) for n, v in given.items()))
    params = params_of(check, spec)
    assert getattr(check, "refuse", lambda _: "")(params) == ""
    check.needs(item, params)
    return list(check.judge(item, evidence, params))


@pytest.mark.parametrize("path", SAMPLES, ids=lambda p: f"{p.parent.parent.name}/{p.stem}")
def test_a_sample_finds_what_it_says(path: Path) -> None:
    sample: dict[str, Any] = json.loads(path.read_text())
    media = msgspec.convert(sample.get("media", []), tuple[Media, ...])
    evidence = msgspec.convert(sample.get("evidence", {}), Evidence)
    item = an_item(sample["text"], media)

    found = hits_of(path.parent.parent.name, item, evidence, sample.get("params", {}))

    assert len(found) == len(sample["finds"]), found
    for hit, wanted in zip(found, sample["finds"], strict=True):
        assert hit.evidence.startswith(wanted.strip()), hit
        assert hit.start is None or 0 <= hit.start <= (hit.end or 0) <= len(sample["text"])
    assert sample.get("says", "") in " ".join(f"{h.sentence} {h.guidance}" for h in found)


@pytest.mark.parametrize("name", list(shelf()))
def test_a_folder_is_complete(name: str) -> None:
    check = shelf()[name]
    assert name == check.NAME
    assert check.CLAUSE.endswith(".")
    assert (SHELF / name / "README.md").read_text().startswith(f"# {name}\n")
    found = [json.loads(p.read_text()) for p in SAMPLES if p.parent.parent.name == name]
    assert any(one["finds"] for one in found), f"{name} has no sample that finds something"
    assert any(not one["finds"] for one in found), f"{name} has no sample that passes"


ODD = st.one_of(
    st.text(max_size=200),
    st.text(alphabet="#@ \n.:/<>[]()\u200b\u202eaA1👍🏽é", max_size=200),
    st.from_regex(r"(#\w+ |https?://\S{1,20} |@\w+ |\d[\d -]{5,20} )*", fullmatch=True),
)


@pytest.mark.parametrize("name", list(shelf()))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(text=ODD, alt=ODD)
def test_no_text_breaks_a_check(name: str, text: str, alt: str) -> None:
    item = an_item(text, (Media(hash="a" * 64, content_type="image/png", alt_text=alt),))

    for hit in hits_of(name, item, Evidence(), NEEDED.get(name, {})):
        assert hit.start is None or 0 <= hit.start <= (hit.end or 0) <= max(len(text), len(alt))


@pytest.mark.parametrize("name", list(shelf()))
def test_ten_thousand_words_are_judged(name: str) -> None:
    item = an_item("The quick brown Fox jumps. " * 2000)

    hits_of(name, item, Evidence(), NEEDED.get(name, {}))
