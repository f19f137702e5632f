"""Time, ids and canonical bytes."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.clock import FixedClock, SystemClock, to_milliseconds
from chassis.ids import SequentialIds, SystemIds, derived, parse_public_id, public_id
from contracts.canonical import canonical_json, content_hash

NOON = datetime(2026, 3, 1, 12, 0, 0, 123_999, tzinfo=UTC)


def test_now_is_utc_and_cut_to_milliseconds() -> None:
    now = SystemClock().now()
    assert now.utcoffset() == timedelta(0)
    assert now.microsecond % 1000 == 0


def test_a_naive_time_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        to_milliseconds(NOON.replace(tzinfo=None))


def test_a_fixed_clock_moves_only_when_told() -> None:
    clock = FixedClock(NOON)
    clock.advance(1.5)
    assert clock.now() == datetime(2026, 3, 1, 12, 0, 1, 623_000, tzinfo=UTC)
    assert clock.monotonic() == 1.5
    with pytest.raises(ValueError, match="back"):
        clock.advance(-1)


def test_ids_are_version_seven_and_sort_as_they_were_made() -> None:
    ids = SystemIds(FixedClock(NOON))
    made = [ids.new() for _ in range(100)]
    assert made == sorted(made)
    assert {uuid.UUID(item).version for item in made} == {7}
    assert {uuid.UUID(item).variant for item in made} == {uuid.RFC_4122}


def test_sequential_ids_look_like_real_ones() -> None:
    assert uuid.UUID(SequentialIds().new()).version == 7


def test_derived_ids_are_the_standard_version_five() -> None:
    space = uuid.uuid5(uuid.NAMESPACE_URL, "https://rostrum.example/ids")
    assert derived("a", "ü") == str(uuid.uuid5(space, "a\x1fü"))


def test_parts_of_a_key_cannot_be_confused() -> None:
    assert derived("ab", "c") != derived("a", "bc")
    with pytest.raises(ValueError, match="separator"):
        derived("a\x1fb")


WORDS = st.text(st.characters(codec="utf-8", exclude_characters=":"), min_size=1)


@given(WORDS, st.text(st.characters(codec="utf-8"), min_size=1))
def test_public_ids_come_back(type_name: str, ident: str) -> None:
    assert parse_public_id(public_id(type_name, ident)) == (type_name, ident)


@pytest.mark.parametrize("text", ["", "!", "aGVsbG8", "8J+", "Og", public_id("Unit", "")])
def test_what_is_no_public_id_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a public id"):
        parse_public_id(text)


def test_canonical_bytes_sort_keys_and_write_times_in_utc() -> None:
    berlin = timezone(timedelta(hours=1))
    value = {"b": datetime(2026, 3, 1, 13, tzinfo=berlin), "a": (1, None, b"\x00")}
    assert canonical_json(value) == b'{"a":[1,null,"AA=="],"b":"2026-03-01T12:00:00.000Z"}'


def test_composed_and_decomposed_text_hash_alike() -> None:
    assert content_hash({"n": "é"}) == content_hash({"n": "e\u0301"})
    assert content_hash({"n": "e"}) != content_hash({"n": "é"})


@pytest.mark.parametrize(
    "bad", [float("nan"), NOON.replace(tzinfo=None), {1}, {"é": 1, "e\u0301": 2}]
)
def test_what_has_no_canonical_form_is_refused(bad: object) -> None:
    with pytest.raises(ValueError, match=r"canonical|time zone|NFC"):
        canonical_json({"value": bad})
