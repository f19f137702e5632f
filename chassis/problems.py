"""Refusals on the wire: problem documents (RFC 9457), written by the owner, read by the caller.

Beside the standard members (``type``, ``title``, ``status``, ``detail``) a document carries ``code``
for programs, ``data`` for both and ``field``, the path of the argument at fault.
"""

from __future__ import annotations

import re
from typing import Any, Final

import msgspec

from chassis.errors import Refusal, RefusalCode

CONTENT_TYPE: Final = "application/problem+json"
_URN: Final = "urn:rostrum:error:"


class Problem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One problem document."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    data: dict[str, Any] = {}
    field: tuple[str, ...] = ()


_DECODER: Final = msgspec.json.Decoder(Problem)


def title_of(code: RefusalCode) -> str:
    """``StaleVersion`` as people write it: ``Stale version``."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", code.value).capitalize()


def problem_document(refusal: Refusal, *, status: int | None = None) -> bytes:
    """The JSON of a refusal; ``status`` only where HTTP itself asks for another one (405)."""
    return msgspec.json.encode(
        Problem(
            type=f"{_URN}{refusal.code.value}",
            title=title_of(refusal.code),
            status=status or refusal.status,
            detail=refusal.sentence,
            code=refusal.code.value,
            data=refusal.data,
            field=refusal.field,
        ),
        enc_hook=str,
    )


def refusal_of(body: bytes) -> Refusal | None:
    """The refusal that a problem document carries; None if the bytes are none of ours."""
    try:
        found = _DECODER.decode(body)
        code = RefusalCode(found.code)
    except (msgspec.DecodeError, ValueError):
        return None
    return Refusal(code, found.detail, field=found.field, data=found.data)
