"""The draw of the items that are read after they went out: nobody can pick, everybody can check."""

from __future__ import annotations

import hashlib
import hmac
from typing import Final

ONE_IN: Final = 5


def drawn(secret: str, content_id: str, version_hash: str) -> bool:
    """Whether HMAC-SHA256 of the item and its version falls into one fifth."""
    said = f"{content_id}{version_hash}".encode()
    digest = hmac.new(secret.encode(), said, hashlib.sha256).digest()
    return int.from_bytes(digest, "big") % ONE_IN == 0
