"""A crisis at two in the morning: the glass is broken, and what went out unread is read next day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from stack.platform import Platform
from tests.support.breaking import published
from tests.support.programs import Member, Program, Tenant
from tests.support.waiting import eventually

pytestmark = pytest.mark.timeout(300)

ITEM = """query($id: ID!) { contentItem(id: $id) {
    state approval debt debtDueAt versionHash } }"""
OWED = "{ contentItems(first: 5, filter: {debt: OPEN}) { nodes { id approval } } }"
LEAVE = "The dam is breaking: leave the valley now, by the north road."


@pytest.fixture(scope="module")
def valley(program: Program) -> Tenant:
    """A valley whose reviewers sleep at night."""
    tenant = program.tenant("valley")
    tenant.unit("Watch")
    return tenant


@pytest.fixture(scope="module")
def handle(valley: Tenant) -> str:
    return valley.slug.replace("-", "_")


@pytest.fixture(scope="module")
def account(valley: Tenant, handle: str) -> str:
    return valley.mastodon(valley.units["Watch"], handle)


@pytest.fixture(scope="module")
def author(valley: Tenant) -> Member:
    return valley.member("otto", "AUTHOR")


@pytest.fixture(scope="module")
def cell(valley: Tenant) -> tuple[Member, Member]:
    """The crisis cell; nobody of it may review or write."""
    return valley.member("nina", "CRISIS_CELL"), valley.member("max", "CRISIS_CELL")


@pytest.fixture(scope="module")
def reviewer(valley: Tenant) -> Member:
    return valley.member("vera", "REVIEWER")


def submitted(valley: Tenant, author: Member, account: str, text: str) -> str:
    """A post that waits for its review."""
    variants = [{"channelId": account, "text": text}]
    given = {"unitId": valley.units["Watch"], "variants": variants, "topicRisk": "R3"}
    item = author.api.done("contentDraft", given, "contentItem { id }")["contentItem"]["id"]
    return str(item)


def item_of(member: Member, ident: str) -> Any:
    return member.api.ask(ITEM, id=ident)["contentItem"]


def out(author: Member, ident: str) -> Any:
    """The item, once it is out."""
    author.api.done("contentSchedule", {"contentId": ident}, "contentItem { state }")

    def is_out() -> Any:
        found = item_of(author, ident)
        return found if found["state"] == "PUBLISHED" else None

    return eventually(is_out, within_s=120, every_s=0.2)


def test_one_of_the_cell_breaks_the_glass_and_the_review_is_owed_within_a_day(
    platform: Platform, valley: Tenant, account: str, handle: str, author: Member,
    cell: tuple[Member, Member], reviewer: Member,
) -> None:  # fmt: skip
    nina, maximilian = cell
    warning = submitted(valley, author, account, LEAVE)
    alone = {"contentId": warning, "reason": "The dam breaks; nobody answers.", "alone": True}
    assert author.api.codes("contentBreakGlass", alone) == ["Forbidden"]

    nina.api.done("contentBreakGlass", alone, "contentItem { state }")
    found = out(author, warning)

    assert (found["approval"], found["debt"]) == ("EMERGENCY", "OPEN")
    due = datetime.fromisoformat(found["debtDueAt"])
    assert due - datetime.now(UTC) <= timedelta(hours=24)
    assert any(LEAVE in words for words in published(platform.platform_url, handle))
    assert reviewer.api.ask(OWED)["contentItems"]["nodes"] == [
        {"id": warning, "approval": "EMERGENCY"}
    ]
    second = submitted(valley, author, account, "The north road is closed too.")
    again = {"contentId": second, "reason": "It goes on.", "alone": True}
    for person in (nina, maximilian):
        assert person.api.codes("contentBreakGlass", again) == ["DebtOpen"]
    assert item_of(author, second)["state"] == "DRAFT"
    settle = {"contentId": warning, "versionHash": found["versionHash"]}
    assert author.api.codes("reviewDebtSettle", settle) == ["Forbidden"]
    reviewer.api.done("reviewDebtSettle", settle, "contentItem { debt }")
    assert item_of(author, warning)["debt"] == "CLEARED"
    _two_of_the_cell(author, nina, maximilian, second)


def _two_of_the_cell(author: Member, nina: Member, maximilian: Member, item: str) -> None:
    """In the morning two of them stand for the next one; one alone was not enough twice."""
    order = {"contentId": item, "reason": "The road is under water."}
    nina.api.done("contentBreakGlass", order, "contentItem { state }")
    assert item_of(author, item)["state"] == "DRAFT"
    assert nina.api.codes("contentBreakGlass", order) == ["AlreadyVoted"]
    maximilian.api.done("contentBreakGlass", order, "contentItem { state }")
    found = out(author, item)
    assert (found["approval"], found["debt"]) == ("EMERGENCY", "OPEN")
