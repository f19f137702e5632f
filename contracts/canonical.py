"""Canonical JSON and its hash: the one way in which content is compared (ARCHITECTURE rule 14).

Sorted keys, NFC text, times as RFC 3339 in UTC with milliseconds, bytes as base64, no insignificant
white space. Source of the idea: RFC 8785 (JSON Canonicalization Scheme).
"""

from __future__ import annotations

import base64
import hashlib
import json
import math
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from enum import Enum
from typing import Any, Final

import msgspec

from contracts.envelope import rfc3339


def canonical_json(value: Any) -> bytes:
    """The canonical bytes. ValueError for what JSON cannot say: NaN, naive times, equal keys."""
    text = json.dumps(_plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode()


def content_hash(value: Any) -> str:
    """SHA-256 of the canonical bytes, as 64 hex digits."""
    return hashlib.sha256(canonical_json(value)).hexdigest()


def _text(value: str) -> str:
    return value if value.isascii() else unicodedata.normalize("NFC", value)


def _float(value: float) -> float:
    if not math.isfinite(value):
        raise ValueError(f"{value} has no canonical form")
    return value


def _time(value: datetime) -> str:
    if value.tzinfo is None:
        raise ValueError(f"{value} names no time zone")
    return rfc3339(value)


def _object(value: Mapping[Any, Any]) -> dict[str, Any]:
    plain = {_text(str(key)): _plain(item) for key, item in value.items()}
    if len(plain) != len(value):
        raise ValueError("two keys are equal in Unicode form NFC")
    return plain


def _struct(value: msgspec.Struct) -> dict[str, Any]:
    return _object(msgspec.structs.asdict(value))


def _array(value: Iterable[Any]) -> list[Any]:
    return [_plain(item) for item in value]


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode()


def _enumeration(value: Enum) -> Any:
    return _plain(value.value)


_WRITERS: Final[tuple[tuple[Any, Callable[[Any], Any]], ...]] = (
    (Enum, _enumeration),
    (str, _text),
    ((bool, int), lambda value: value),
    (float, _float),
    (datetime, _time),
    (msgspec.Struct, _struct),
    (Mapping, _object),
    ((list, tuple), _array),
    (bytes, _base64),
)


def _plain(value: Any) -> Any:
    if value is None:
        return value
    for kind, write in _WRITERS:
        if isinstance(value, kind):
            return write(value)
    raise ValueError(f"{type(value).__name__} has no canonical form")
