"""What comes back from the outside, and the two ways in which nothing does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from chassis.errors import Unavailable


@dataclass(frozen=True)
class OutboundResponse:
    """An answer; header names are lower case, the body is inflated and within its limit.

    ``url`` is where it came from, after redirects.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str = ""


class NotSent(Unavailable):
    """Proven: no byte of the request left us. It may be sent again by anybody."""


class MaybeSent(Unavailable):
    """The request left, at least in part, and no whole answer came: it may have taken effect."""


class TooMuch(MaybeSent):
    """The answer is larger than asked for, on the wire or once inflated."""
