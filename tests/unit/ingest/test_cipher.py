"""Sealed secrets open with the right key in the right place, and in no other way."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.errors import Unreadable
from services.ingest.adapters.cipher import AesGcmCipher

CIPHER = AesGcmCipher(bytes(range(32)))
WRAPPED = CIPHER.new_data_key("org")


@given(st.binary())
def test_what_was_sealed_opens(plain: bytes) -> None:
    sealed = CIPHER.seal(WRAPPED, "org", place="org/channel", plain=plain)
    assert CIPHER.unseal(WRAPPED, "org", place="org/channel", sealed=sealed) == plain


def test_a_sealed_secret_does_not_open_elsewhere() -> None:
    sealed = CIPHER.seal(WRAPPED, "org", place="org/channel", plain=b"token")
    with pytest.raises(Unreadable):
        CIPHER.unseal(WRAPPED, "org", place="org/other", sealed=sealed)
    with pytest.raises(Unreadable):
        CIPHER.unseal(WRAPPED, "other org", place="org/channel", sealed=sealed)


def test_another_master_key_opens_nothing() -> None:
    sealed = CIPHER.seal(WRAPPED, "org", place="p", plain=b"token")
    with pytest.raises(Unreadable):
        AesGcmCipher(bytes(32)).unseal(WRAPPED, "org", place="p", sealed=sealed)


@given(st.integers(0, 32), st.integers(0, 7))
def test_no_bit_can_be_changed(byte: int, bit: int) -> None:
    raw = bytearray(base64.b64decode(CIPHER.seal(WRAPPED, "org", place="p", plain=b"token")))
    raw[byte] ^= 1 << bit
    with pytest.raises(Unreadable):
        CIPHER.unseal(WRAPPED, "org", place="p", sealed=base64.b64encode(raw).decode())


def test_the_same_secret_never_looks_the_same() -> None:
    sealed = {CIPHER.seal(WRAPPED, "org", place="p", plain=b"token") for _ in range(50)}
    assert len(sealed) == 50
    assert all(b"token" not in base64.b64decode(one) for one in sealed)


def test_a_master_key_has_256_bits() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        AesGcmCipher(b"short")
