"""The chain of corrections: whatever is changed behind our back is found and located."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chassis.ports import Entity
from services.workflow.domain.corrections.chain import (
    GENESIS,
    ChainHead,
    CorrectionEntry,
    Flaw,
    parts_of,
    verify,
)
from services.workflow.domain.corrections.correction import Correction
from tests.unit.workflow_corrections.desk import WRONG, Desk

replace = msgspec.structs.replace


class Written(msgspec.Struct):
    """Everything that a verifier reads."""

    entries: list[CorrectionEntry]
    head: ChainHead | None
    corrections: list[Correction]

    def flaws(self) -> list[Flaw]:
        """What it finds."""
        return verify(self.entries, self.head, self.corrections)


@pytest.fixture(scope="module")
def written() -> Written:
    """Two corrections: one dismissed, one applied."""
    desk = Desk()
    first = desk.live()
    desk.reported(first)
    content_id = desk.live("The market moves to the old square of the town in May.")
    correction_id = desk.applying(content_id)
    desk.go(desk.changes(correction_id)[0])
    reader = desk.factory.reader(desk.org_id)
    return Written(
        reader.find(CorrectionEntry, order="n"), reader.find(ChainHead)[0], reader.find(Correction)
    )


def test_an_untouched_chain_has_no_flaw(written: Written) -> None:
    assert written.flaws() == []
    assert [entry.n for entry in written.entries] == list(range(1, len(written.entries) + 1))
    assert written.entries[0].previous_hash == GENESIS
    assert Written([], None, []).flaws() == []


FIELDS = tuple(
    name
    for name in CorrectionEntry.__struct_fields__
    if name not in Entity.__struct_fields__ and name != "at"
)


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_every_edit_deletion_and_reorder_is_found(written: Written, data: st.DataObject) -> None:
    entries = list(written.entries)
    place = data.draw(st.integers(0, len(entries) - 1))
    match data.draw(st.sampled_from(("edit", "delete", "swap", "cut", "repeat"))):
        case "edit":
            name = data.draw(st.sampled_from(FIELDS))
            value = getattr(entries[place], name)
            other: Any = value + 1 if isinstance(value, int) else value + " "
            entries[place] = replace(entries[place], **{name: other})
        case "delete":
            del entries[place]
        case "swap":
            other = (place + 1) % len(entries)
            entries[place], entries[other] = entries[other], entries[place]
        case "cut":
            del entries[place:]
        case _:
            entries.insert(place, entries[place])
    assert Written(entries, written.head, written.corrections).flaws()


def test_a_correction_that_was_changed_removed_or_slipped_in_is_found(written: Written) -> None:
    first, *rest = written.corrections
    changed = replace(first, what_was_wrong="Nothing.")
    found = Written(written.entries, written.head, [changed, *rest]).flaws()
    assert [(f.correction_id, f.what) for f in found] == [
        (first.id, "the correction is not what its last link says")
    ]
    (gone,) = Written(written.entries, written.head, rest).flaws()
    assert (gone.correction_id, gone.what) == (first.id, "the correction is gone")
    slipped = replace(first, id="slipped-in")
    (extra,) = Written(written.entries, written.head, [*written.corrections, slipped]).flaws()
    assert extra.what == "it is in no link"


def test_the_public_part_says_nothing_of_who_and_why(written: Written) -> None:
    (public,) = [parts_of(c)[0] for c in written.corrections if c.is_public]
    names = set(msgspec.json.decode(public))
    assert names == {
        "number", "kind", "error_class", "state", "found_by", "live_at", "found_at",
        "approved_at", "what_was_wrong", "what_is_right", "places",
    }  # fmt: skip
    assert WRONG not in public
    assert "person" not in public
