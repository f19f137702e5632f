"""Publish, edit with swapRecord, delete, list and read back, on a real server."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from chassis.outbound import MaybeSent, OutboundClient
from contracts.ingest import Direction, Health, MentionKind
from contracts.workflow.deliveries import DeliveryAction, Outcome
from services.ingest.connectors.atproto import CONNECTOR
from services.ingest.connectors.atproto.client import error_of
from services.ingest.connectors.atproto.listening import LIMITED
from services.ingest.domain.connections.access import Access, merged
from services.ingest.domain.connections.trouble import Trouble
from services.ingest.domain.publishing.post import Post
from tests.bluesky.server import BlueskyServer, Holder

pytestmark = [pytest.mark.bluesky, pytest.mark.timeout(120)]

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BlueskyServer]:
    with BlueskyServer(tmp_path_factory.mktemp("pds")) as running:
        yield running


@pytest.fixture
def holder(server: BlueskyServer) -> Holder:
    return server.account("citywater")


@pytest.fixture
def http(server: BlueskyServer) -> OutboundClient:
    return OutboundClient(frozenset({("127.0.0.1", server.port)}))


@pytest.fixture
def access(server: BlueskyServer, holder: Holder, http: OutboundClient) -> Access:
    """Connected: the session is kept beside the password."""
    given = {"identifier": holder.handle, "password": holder.password}
    account = CONNECTOR.check(Access(base_url=server.url, credentials=given), http)
    assert (account.external_id, account.handle) == (holder.did, holder.handle)
    return Access(
        base_url=server.url,
        credentials=merged(given, account.renewed),
        external_account_id=account.external_id,
        handle=account.handle,
    )


def a_post(ident: str = "d-1", **fields: Any) -> Post:
    """A post of one delivery."""
    defaults: dict[str, Any] = {
        "delivery_id": ident,
        "key": f"key-{ident}",
        "text": "The boil water notice is lifted: https://city.example/water",
        "frozen_at": NOON,
    }
    return Post(**{**defaults, **fields})


class LosesAnswers:
    """The server does what it is asked; we never hear of it."""

    def __init__(self, inner: OutboundClient) -> None:
        self._inner = inner

    def request(self, method: str, url: str, **options: Any) -> Any:
        answer = self._inner.request(method, url, **options)
        if "putRecord" in url:
            raise MaybeSent("the answer is lost")
        return answer


def test_a_post_is_published_once_however_often_it_is_sent(
    server: BlueskyServer, holder: Holder, access: Access, http: OutboundClient
) -> None:
    results = [CONNECTOR.send(access, a_post(), http) for _ in range(3)]
    assert {result.outcome for result in results} == {Outcome.CONFIRMED}
    assert len({result.external_id for result in results}) == 1
    (record,) = server.records(holder)
    assert record["value"]["createdAt"] == "2026-03-02T12:00:00.000Z"
    assert record["value"]["facets"][0]["features"][0]["uri"] == "https://city.example/water"


def test_a_send_without_an_answer_is_found_by_looking(
    server: BlueskyServer, holder: Holder, access: Access, http: OutboundClient
) -> None:
    post = a_post("d-2")
    assert CONNECTOR.read_back(access, post, http).outcome is Outcome.ABSENT
    assert CONNECTOR.send(access, post, LosesAnswers(http)).outcome is Outcome.UNKNOWN
    assert CONNECTOR.read_back(access, post, http).outcome is Outcome.CONFIRMED
    assert len(server.records(holder)) == 1


def test_a_late_duplicate_cannot_overwrite_an_edit(
    server: BlueskyServer, holder: Holder, access: Access, http: OutboundClient
) -> None:
    post = a_post("d-3")
    sent = CONNECTOR.send(access, post, http)
    assert sent.external_id
    repository = CONNECTOR.repository(access, http)
    before = repository.seen(sent.external_id)
    assert before is not None
    edit = a_post(
        "d-3b", text="Corrected.", action=DeliveryAction.EDIT, target_external_id=sent.external_id
    )
    assert CONNECTOR.read_back(access, edit, http).outcome is Outcome.ABSENT
    assert CONNECTOR.send(access, edit, http).outcome is Outcome.CONFIRMED
    assert CONNECTOR.read_back(access, edit, http).outcome is Outcome.CONFIRMED
    assert CONNECTOR.send(access, post, http).outcome is Outcome.CONFIRMED
    (after,) = server.records(holder)
    assert after["value"]["text"] == "Corrected."
    stale = repository.put(before, {**before.value, "text": "From an old copy."})
    assert (stale.status, error_of(stale)) == (400, "InvalidSwap")


def test_a_reply_stands_in_its_thread(
    server: BlueskyServer, holder: Holder, access: Access, http: OutboundClient
) -> None:
    root = CONNECTOR.send(access, a_post("d-4"), http).external_id
    first = CONNECTOR.send(access, a_post("d-5", text="one", in_reply_to=root), http).external_id
    CONNECTOR.send(access, a_post("d-6", text="two", in_reply_to=first), http)
    found = {one["value"]["text"]: one["value"] for one in server.records(holder)}
    assert found["two"]["reply"]["root"]["uri"] == root
    assert found["two"]["reply"]["parent"]["uri"] == first


def test_a_deleted_post_is_gone(
    server: BlueskyServer, holder: Holder, access: Access, http: OutboundClient
) -> None:
    post = a_post("d-7")
    uri = CONNECTOR.send(access, post, http).external_id
    assert uri
    gone = a_post("d-7b", action=DeliveryAction.DELETE, target_external_id=uri)
    assert CONNECTOR.read_back(access, gone, http).outcome is Outcome.ABSENT
    sent = [CONNECTOR.send(access, gone, http).outcome for _ in range(2)]
    assert sent == [Outcome.CONFIRMED] * 2
    assert CONNECTOR.read_back(access, gone, http).outcome is Outcome.CONFIRMED
    assert server.records(holder) == []
    assert CONNECTOR.read_back(access, post, http).outcome is Outcome.ABSENT


def test_our_own_posts_arrive_and_listening_says_that_it_is_limited(
    access: Access, http: OutboundClient
) -> None:
    CONNECTOR.send(access, a_post("d-8", text="first"), http)
    page = CONNECTOR.poll(access, {}, http)
    (message,) = page.arrivals
    assert (message.text, message.direction, message.kind) == (
        "first", Direction.OUTGOING, MentionKind.POST,
    )  # fmt: skip
    assert page.note == LIMITED
    CONNECTOR.send(access, a_post("d-9", text="second", frozen_at=NOON.replace(hour=13)), http)
    again = CONNECTOR.poll(access, page.cursor, http)
    assert [one.text for one in again.arrivals] == ["second"]


def test_a_stale_session_is_renewed(access: Access, http: OutboundClient) -> None:
    stale = {**access.credentials, "access_jwt": access.credentials["refresh_jwt"]}
    result = CONNECTOR.send(
        msgspec.structs.replace(access, credentials=stale), a_post("d-12"), http
    )
    assert result.outcome is Outcome.CONFIRMED
    assert result.renewed["access_jwt"] not in {"", stale["access_jwt"]}


def test_a_wrong_password_is_a_state_of_the_channel(
    server: BlueskyServer, holder: Holder, http: OutboundClient
) -> None:
    given = {"identifier": holder.handle, "password": "wrong"}
    with pytest.raises(Trouble) as told:
        CONNECTOR.check(Access(base_url=server.url, credentials=given), http)
    assert told.value.health is Health.REVOKED


def test_more_than_300_graphemes_are_refused_here_and_there(
    access: Access, http: OutboundClient
) -> None:
    accents = "e\u0301" * 300
    assert CONNECTOR.send(access, a_post("d-10", text=accents), http).outcome is Outcome.CONFIRMED
    long = a_post("d-11", text=accents + "x")
    assert CONNECTOR.send(access, long, http).outcome is Outcome.REFUSED
