"""What ingest knows without asking anybody: arrivals, health, pauses, credentials, leases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.ids import SequentialIds
from contracts.ingest import (
    Attachment,
    Author,
    ChannelConnected,
    ChannelHealthChanged,
    Direction,
    Health,
    MentionArrived,
    MentionKind,
)
from contracts.workflow.channels import ChannelAccess
from services.ingest.domain.connections.access import Access, Account, merged
from services.ingest.domain.connections.connection import (
    Connection,
    ConnectionState,
    Observation,
    Opening,
    ended,
    observed,
    opened,
)
from services.ingest.domain.connections.trouble import LONGEST_WAIT, Trouble, pause_after
from services.ingest.domain.listening.arrival import Receiver, arrival_of, received, revision_of
from services.ingest.domain.listening.message import Message
from services.ingest.domain.publishing.post import may_begin
from tests.support.ingest import CHANNEL, MOMENT, ORG, a_channel

IDS = SequentialIds()
RECEIVER = Receiver(org_id=ORG, channel_id=CHANNEL, source="poll", arrived_at=MOMENT)


def a_message(**fields: Any) -> Message:
    defaults: dict[str, Any] = {
        "external_id": "100",
        "direction": Direction.INCOMING,
        "kind": MentionKind.MENTION,
        "author": Author(external_id="7"),
        "text": "Is it safe?",
        "posted_at": MOMENT,
    }
    return Message(**{**defaults, **fields})


def a_connection(previous: Connection | None = None, **fields: Any) -> Connection:
    channel: ChannelAccess = a_channel(**fields)
    account = Account(external_id="1", handle="water", can_publish=True, text_limit=500)
    opening = Opening(org_id=ORG, channel=channel, account=account, connected_by="p-1", at=MOMENT)
    return opened(opening, previous).entity


def trouble(health: Health, retry_after: float | None = None) -> Trouble:
    return Trouble(health, "something", retry_after=retry_after)


# --- arrivals -------------------------------------------------------------------------------------


def test_the_same_message_has_the_same_ids_wherever_it_is_read() -> None:
    later = msgspec.structs.replace(RECEIVER, source="import", arrived_at=MOMENT + timedelta(1))
    one, other = (arrival_of(a_message(), where, IDS) for where in (RECEIVER, later))
    assert (one.id, one.revision) == (other.id, other.revision)


def test_an_edit_is_another_revision_of_the_same_mention() -> None:
    first = arrival_of(a_message(), RECEIVER, IDS)
    edited = arrival_of(a_message(text="Is the water safe?"), RECEIVER, IDS)
    facts = [msgspec.json.decode(one.body, type=MentionArrived) for one in (first, edited)]
    assert facts[0].mention_id == facts[1].mention_id
    assert first.id != edited.id


@pytest.mark.parametrize(
    ("fields", "revision"),
    [
        ({"revision": "v2"}, "v2"),
        ({"revision": "v2", "is_deleted": True}, "deleted"),
        ({"text": "Cafe\u0301"}, revision_of(a_message(text="Caf\u00e9"))),
    ],
)
def test_a_revision_is_the_platforms_mark_or_the_contents(
    fields: dict[str, Any], revision: str
) -> None:
    assert revision_of(a_message(**fields)) == revision


def test_other_media_make_another_revision() -> None:
    picture = Attachment(url="https://files.example/1.jpg")
    assert revision_of(a_message(attachments=(picture,))) != revision_of(a_message())


def test_a_thread_shares_a_partition() -> None:
    keys = {
        arrival_of(a_message(external_id=n, thread_root="root"), RECEIVER, IDS).key for n in "123"
    }
    assert keys == {f"{ORG}/{CHANNEL}/root".encode()}


def test_a_message_without_a_time_came_when_it_arrived() -> None:
    arrival = arrival_of(a_message(posted_at=None), RECEIVER, IDS)
    assert msgspec.json.decode(arrival.body, type=MentionArrived).posted_at == MOMENT


def test_times_are_cut_to_milliseconds() -> None:
    exact = datetime(2026, 3, 2, 9, 0, 0, 123_456, tzinfo=UTC)
    arrival = arrival_of(a_message(posted_at=exact), RECEIVER, IDS)
    posted = msgspec.json.decode(arrival.body, type=MentionArrived).posted_at
    assert posted.microsecond == 123_000


ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=50)


@given(st.text(min_size=1), ANY_TEXT)
def test_any_text_of_the_public_can_be_stored(external_id: str, text: str) -> None:
    arrival = arrival_of(a_message(external_id=external_id, text=text), RECEIVER, IDS)
    stored = msgspec.json.decode(arrival.body, type=MentionArrived)
    if text.encode("utf-8", "replace").decode() == text and "\x1f" not in external_id:
        assert (stored.text, stored.external_id) == (text, external_id)


def test_half_a_character_does_not_stop_the_listening() -> None:
    arrival = arrival_of(a_message(external_id="a\x1fb", text="half \ud83d"), RECEIVER, IDS)
    stored = msgspec.json.decode(arrival.body, type=MentionArrived)
    assert (stored.external_id, stored.text) == ("a b", "half ?")


def test_a_message_nobody_can_carry_is_set_aside() -> None:
    arrivals, large = received([a_message(), a_message(text="x" * 1_000_000)], RECEIVER, IDS)
    assert len(arrivals) == len(large) == 1
    assert "more than" in large[0].reason


# --- connections ----------------------------------------------------------------------------------


def test_a_connection_speaks_of_itself_and_of_its_health() -> None:
    opening = Opening(
        org_id=ORG,
        channel=a_channel(),
        account=Account(external_id="1", handle="water", can_publish=True),
        connected_by="p-1",
        at=MOMENT,
    )
    kinds = [type(fact) for fact in opened(opening, None).facts]
    assert kinds == [ChannelConnected, ChannelHealthChanged]


def test_health_speaks_on_change_only() -> None:
    seen = Observation(health=Health.UNREACHABLE, detail="away", next_try_at=MOMENT)
    step = observed(a_connection(), seen, MOMENT)
    assert len(step.facts) == 1
    again = observed(step.entity, Observation(health=Health.UNREACHABLE, detail="still"), MOMENT)
    assert again.facts == ()
    assert again.entity is step.entity


def test_a_note_on_good_health_is_news_once() -> None:
    limited = Observation(health=Health.OK, detail="Listening is limited.")
    step = observed(a_connection(), limited, MOMENT)
    assert len(step.facts) == 1
    assert observed(step.entity, limited, MOMENT).facts == ()


def test_good_health_forgets_the_next_try() -> None:
    sick = observed(
        a_connection(), Observation(health=Health.REVOKED, next_try_at=MOMENT), MOMENT
    ).entity
    well = observed(sick, Observation(health=Health.OK), MOMENT + timedelta(hours=1)).entity
    assert (well.next_try_at, well.health_since) == (None, MOMENT + timedelta(hours=1))


def test_an_ended_connection_has_no_health_to_speak_of() -> None:
    over = ended(a_connection(), ConnectionState.ARCHIVED, detail="", at=MOMENT)
    assert len(over.facts) == 1
    assert observed(over.entity, Observation(health=Health.REVOKED), MOMENT).facts == ()
    assert ended(over.entity, ConnectionState.ARCHIVED, detail="", at=MOMENT).facts == ()


def test_connecting_again_keeps_the_line_of_facts() -> None:
    before = msgspec.structs.replace(a_connection(), rev=4, seq=9)
    after = a_connection(before)
    assert (after.rev, after.seq, after.state) == (4, 9, ConnectionState.LISTENING)


# --- waiting --------------------------------------------------------------------------------------


@given(st.integers(0, 200), st.floats(0, 1), st.sampled_from([Health.UNREACHABLE, Health.REVOKED]))
def test_a_pause_never_ends_the_listening(failures: int, jitter: float, health: Health) -> None:
    pause = pause_after(trouble(health), failures, interval=1.0, jitter=jitter)
    assert 0 < pause.seconds <= LONGEST_WAIT * 1.25
    assert pause.failures == failures + 1


def test_pauses_grow_until_they_are_long() -> None:
    waits = [
        pause_after(trouble(Health.UNREACHABLE), n, interval=1.0, jitter=0.5).seconds
        for n in range(12)
    ]
    assert waits == sorted(waits)
    assert waits[:3] == [2.0, 4.0, 8.0]
    assert waits[-1] == LONGEST_WAIT


def test_a_platform_that_names_a_time_is_not_asked_sooner() -> None:
    limited = trouble(Health.RATE_LIMITED, retry_after=1200.0)
    assert pause_after(limited, 0, interval=1.0, jitter=0.0).seconds == 1200.0


@given(st.dictionaries(st.text(max_size=3), st.text(max_size=3)), st.data())
def test_an_empty_renewed_value_never_overwrites(stored: dict[str, str], draw: Any) -> None:
    renewed = draw.draw(st.dictionaries(st.sampled_from(sorted(stored) or ["a"]), st.just("")))
    assert {name: merged(stored, renewed)[name] for name in stored} == stored


def test_access_does_not_show_its_credentials() -> None:
    access = Access(base_url="https://a.example", credentials={"token": "s3cret"})
    assert "s3cret" not in repr(access) + str(access) + f"{access}"


@pytest.mark.parametrize(("elapsed", "allowed"), [(0.0, True), (15.0, True), (15.01, False)])
def test_half_of_the_lease_has_to_be_left(elapsed: float, allowed: bool) -> None:
    assert may_begin(elapsed, 30.0) is allowed
