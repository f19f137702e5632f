"""Tokens of guests' links: which link of which organization, signed. They are stored nowhere.

Written form: ``<base64url of org~link>.<base64url of HMAC-SHA256>``. What a link opens, until when
and whether it was used is workflow's to say; the signature only keeps others from guessing.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from typing import NamedTuple

LONGEST = 300
"""Characters; ours have about 150."""
_PURPOSE = b"rostrum guest link v1"


class GuestLink(NamedTuple):
    """What a token names."""

    org_id: str
    link_id: str


class GuestLinks:
    """Signs and reads tokens with a key made from the gateway's own."""

    def __init__(self, access_key: str) -> None:
        self._key = hmac.digest(access_key.encode(), _PURPOSE, hashlib.sha256)

    def signed(self, link: GuestLink) -> str:
        """The token of a link; the same link always has the same one."""
        payload = f"{link.org_id}~{link.link_id}".encode()
        return f"{_text(payload)}.{_text(self._mac(payload))}"

    def read(self, token: str) -> GuestLink | None:
        """What it names, or None for everything that was not signed here."""
        head, _, tail = token.partition(".")
        payload, mac = _bytes(head), _bytes(tail)
        if len(token) > LONGEST or not payload or not mac:
            return None
        if not hmac.compare_digest(mac, self._mac(payload)):
            return None
        org_id, _, link_id = payload.decode().partition("~")
        return GuestLink(org_id, link_id)

    def _mac(self, payload: bytes) -> bytes:
        return hmac.digest(self._key, payload, hashlib.sha256)


def _text(given: bytes) -> str:
    return base64.urlsafe_b64encode(given).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    try:
        found = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return b""
    return found if _text(found) == text else b""
