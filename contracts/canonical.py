"""Canonical JSON and its hash: the one way in which content is compared (ARCHITECTURE rule 14).

Sorted keys, NFC text, times as RFC 3339 with milliseconds in UTC, no insignificant white space.
Source of the idea: RFC 8785 (JSON Canonicalization Scheme); numbers here are integers or text.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from enum import Enum
from typing import Any, Final

import msgspec

from contracts.envelope import rfc3339


def _text(value: str) -> str:
    return unicodedata.normalize("NFC", value)


def _mapping(value: Mapping[Any, Any]) -> dict[str, Any]:
    return {_text(str(k)): _plain(v) for k, v in value.items()}


def _many(value: Iterable[Any]) -> list[Any]:
    return [_plain(item) for item in value]


_RULES: Final[tuple[tuple[Any, Callable[[Any], Any]], ...]] = (
    (Enum, lambda v: _plain(v.value)),
    (str, _text),
    (datetime, rfc3339),
    (msgspec.Struct, lambda v: _mapping(msgspec.structs.asdict(v))),
    (Mapping, _mapping),
    ((list, tuple), _many),
    ((set, frozenset), lambda v: sorted(_many(v))),
    (bytes, bytes.hex),
)


def _plain(value: Any) -> Any:
    for kind, rule in _RULES:
        if isinstance(value, kind):
            return rule(value)
    return value


def canonical_json(value: Any) -> bytes:
    """The bytes that a hash is taken of."""
    text = json.dumps(_plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode()


def content_hash(value: Any) -> str:
    """SHA-256 of the canonical JSON, in hex."""
    return hashlib.sha256(canonical_json(value)).hexdigest()
