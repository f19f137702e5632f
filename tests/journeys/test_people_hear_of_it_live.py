"""People hear of it live: what changes in their own organization, and nothing of any other."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from typing import Any

import pytest

from tests.support.listeners import Listener, first_line
from tests.support.programs import Program, Tenant
from tests.support.waiting import eventually

pytestmark = pytest.mark.timeout(300)

CONVERSATIONS = """subscription { conversationChanged {
    change conversation { id preview state unit { name } } } }"""
CONTENT = "subscription { contentChanged { change contentItem { id state author { name } } } }"
HEARD_AT = (("live", CONVERSATIONS), ("live", CONTENT), ("web", CONVERSATIONS))
"""A web process carries few streams; gateway-live is made for them."""
FIELDS = {CONVERSATIONS: "conversationChanged", CONTENT: "contentChanged"}


@pytest.fixture(scope="module")
def tenants(program: Program) -> list[Tenant]:
    """Two organizations with a channel each."""
    found = [program.tenant("radio"), program.tenant("theatre")]
    for tenant in found:
        tenant.mastodon(tenant.unit("Desk"), tenant.slug.replace("-", "_"))
    return found


@pytest.fixture(scope="module")
def doors(program: Program) -> dict[str, str]:
    """Where subscriptions are served: the process for them, and the web process for small needs."""
    return {"live": program.platform.stream_url, "web": program.platform.graphql_url}


@pytest.fixture
def ears(
    tenants: list[Tenant], doors: dict[str, str]
) -> Iterator[dict[tuple[str, str, str], Listener]]:
    """A listener of each organization at each door for each subscription."""
    with ExitStack() as stack:
        found = {
            (tenant.slug, door, text): stack.enter_context(
                Listener(doors[door], tenant.admin.api.token, text)
            )
            for tenant in tenants
            for door, text in HEARD_AT
        }
        for each in found.values():
            eventually(each.is_connected, within_s=40)
        yield found


def conversations(tenant: Tenant) -> list[Any]:
    text = "{ conversations(first: 20) { nodes { id preview } } }"
    return list(tenant.admin.api.ask(text)["conversations"]["nodes"])


def ask_publicly(program: Program, tenant: Tenant, words: str) -> str:
    """The conversation that a question on the platform became."""
    token = program.public.account("listener")
    handle = tenant.slug.replace("-", "_")
    program.public.post(token, f"@{handle} {words}")

    def there() -> str | None:
        return next((one["id"] for one in conversations(tenant) if words in one["preview"]), None)

    return str(eventually(there, within_s=40, every_s=0.1))


def test_changes_arrive_at_the_own_organization_only(
    program: Program, tenants: list[Tenant], ears: dict[tuple[str, str, str], Listener]
) -> None:
    items = {}
    asked = {}
    for tenant in tenants:
        ident = ask_publicly(program, tenant, f"is {tenant.slug} on air?")
        asked[tenant.slug] = ident
        api = tenant.admin.api
        api.done("conversationClaim", {"conversationId": ident}, "conversation { state }")
        draft = {"conversationId": ident, "text": "All day long."}
        items[tenant.slug] = api.done("replyDraft", draft, "contentItem { id }")["contentItem"][
            "id"
        ]
    for (slug, _, text), listener in ears.items():
        field = FIELDS[text]
        if field == "conversationChanged":
            eventually(partial(claimed, listener), within_s=30)
            assert heard(listener, field, "conversation") == {asked[slug]}
        else:
            eventually(partial(heard, listener, field, "contentItem"), within_s=30)
            assert heard(listener, field, "contentItem") == {items[slug]}


def heard(listener: Listener, field: str, thing: str) -> set[str]:
    """The ids of everything it was told about."""
    return {event[thing]["id"] for event in listener.events(field) if event[thing]}


def claimed(listener: Listener) -> bool:
    """Whether it heard of the claim, and reads the conversation as it is now."""
    return any(
        event["conversation"] and event["conversation"]["state"] == "CLAIMED"
        for event in listener.events("conversationChanged")
    )


def test_a_stream_in_which_nothing_happens_says_that_it_lives(
    tenants: list[Tenant], doors: dict[str, str]
) -> None:
    for url in doors.values():
        ask = partial(first_line, url, tenants[0].admin.api.token, CONTENT, within_s=40)
        line = eventually(ask, within_s=120, every_s=1.0)
        assert line is not None
        assert line.startswith(b":")
