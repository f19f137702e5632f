"""The written forms of credentials."""

from __future__ import annotations

import uuid

import pytest

from services.graphql_gateway.domain.credentials import (
    REFRESH,
    compound,
    hashed,
    key_parts,
    key_text,
    matches,
    parts,
)


def test_a_key_names_its_id_and_its_secret() -> None:
    ident = str(uuid.uuid4())
    text = key_text(ident, "secret")
    assert text.startswith("rst_live_")
    assert key_parts(text) == (ident, "secret")


@pytest.mark.parametrize("text", ["", "rst_live_", "rst_live_x_y", "sk_live_" + "0" * 32 + "_x", "rst_live_" + "0" * 32 + "_"])  # fmt: skip
def test_what_is_no_key_has_no_parts(text: str) -> None:
    assert key_parts(text) is None


def test_a_refresh_token_says_where_to_look() -> None:
    assert parts(compound(REFRESH, "org", "id", "secret"), REFRESH) == ("org", "id", "secret")
    for text in (
        "",
        REFRESH,
        f"{REFRESH}a~b",
        f"{REFRESH}a~~c",
        f"{REFRESH}a~b~c~d",
        "rst_inv_a~b~c",
    ):
        assert parts(text, REFRESH) is None


def test_a_secret_matches_its_hash_only() -> None:
    assert matches("a", hashed("a"))
    assert not matches("b", hashed("a"))
    assert not matches("a", None)
