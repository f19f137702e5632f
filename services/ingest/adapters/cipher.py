"""Envelope encryption with AES-256-GCM (NIST SP 800-38D): a fresh 96-bit nonce for every message.

The organization's data key is wrapped by the master key; the place is authenticated with the
message, so a sealed secret that is moved to another channel or organization does not open.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from chassis.errors import Unreadable

KEY_BYTES: Final = 32
_NONCE_BYTES: Final = 12


class AesGcmCipher:
    """See ``application.ports.Cipher``. ``master_key`` has 32 bytes and is never stored."""

    def __init__(self, master_key: bytes) -> None:
        if len(master_key) != KEY_BYTES:
            raise ValueError(f"a master key has {KEY_BYTES} bytes")
        self._master = AESGCM(master_key)
        self._name = hashlib.sha256(b"rostrum master key" + master_key).hexdigest()[:16]

    @property
    def master(self) -> str:
        """A mark of the master key that tells nothing about it."""
        return self._name

    def new_data_key(self, place: str) -> str:
        """A random data key, wrapped for this place."""
        return _sealed(self._master, secrets.token_bytes(KEY_BYTES), f"data key {place}")

    def seal(self, wrapped: str, key_place: str, *, place: str, plain: bytes) -> str:
        """Seal with the data key."""
        return _sealed(self._data_key(wrapped, key_place), plain, place)

    def unseal(self, wrapped: str, key_place: str, *, place: str, sealed: str) -> bytes:
        """The bytes again; Unreadable if anything is not what it was."""
        return _opened(self._data_key(wrapped, key_place), sealed, place)

    def _data_key(self, wrapped: str, key_place: str) -> AESGCM:
        return AESGCM(_opened(self._master, wrapped, f"data key {key_place}"))


def _sealed(key: AESGCM, plain: bytes, place: str) -> str:
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return base64.b64encode(nonce + key.encrypt(nonce, plain, place.encode())).decode()


def _opened(key: AESGCM, sealed: str, place: str) -> bytes:
    raw = base64.b64decode(sealed)
    try:
        return key.decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], place.encode())
    except InvalidTag as wrong:
        raise Unreadable("a sealed secret does not open with this key in this place") from wrong
