"""Tokens of guests' links cannot be guessed, changed, or made with another key."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from services.graphql_gateway.domain.guest_links import GuestLink, GuestLinks

LINKS = GuestLinks("a-key-of-the-gateway")
OURS = GuestLink("org-1", "link-1")


def test_a_token_names_the_link_it_was_made_for() -> None:
    assert LINKS.read(LINKS.signed(OURS)) == OURS


def test_a_token_of_another_key_names_nothing() -> None:
    assert LINKS.read(GuestLinks("another key").signed(OURS)) is None


def test_every_changed_sign_makes_it_worthless() -> None:
    token = LINKS.signed(OURS)
    for place in range(len(token)):
        sign = "A" if token[place] != "A" else "B"
        assert LINKS.read(token[:place] + sign + token[place + 1 :]) is None


@given(st.text())
def test_any_text_is_answered_with_nothing(text: str) -> None:
    assert LINKS.read(text) is None
