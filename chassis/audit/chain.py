"""What is hashed and what is signed: entries, blocks of a chain, roots.

A block names the hash of the block before it and of each of its entries, so whoever changes,
removes or moves one of them has to change every later block, up to a signed root.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import bson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from contracts.canonical import canonical_json

Row = dict[str, Any]

ENTRY_FIELDS: Final = (
    "_id",
    "org_id",
    "kind",
    "aggregate_id",
    "rev_before",
    "rev_after",
    "hash",
    "actor",
    "reason",
    "at",
)
BLOCK_FIELDS: Final = ("service", "org_id", "number", "previous", "entries", "sealed_at")
ROOT_FIELDS: Final = ("_id", "service", "previous", "heads", "signed_at")
_PURPOSE: Final = b"rostrum audit roots, version 1"


def entry_hash(entry: Mapping[str, Any]) -> str:
    """SHA-256 of the BSON of the fields that never change, in a fixed order."""
    return hashlib.sha256(bson.encode({name: entry.get(name) for name in ENTRY_FIELDS})).hexdigest()


def block_digest(block: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical JSON of everything but the digest itself."""
    return _digest(block, BLOCK_FIELDS)


def new_block(
    entries: Sequence[Row], *, service: str, head: Mapping[str, Any] | None, at: datetime
) -> Row:
    """The block after ``head`` that seals these entries of one organization, in this order."""
    org_id = entries[0]["org_id"]
    number = head["number"] + 1 if head else 1
    block = {
        "_id": f"{org_id}/{number:09d}",
        "org_id": org_id,
        "service": service,
        "number": number,
        "previous": head["digest"] if head else "",
        "entries": [{"id": entry["_id"], "hash": entry_hash(entry)} for entry in entries],
        "sealed_at": at,
    }
    return {**block, "digest": block_digest(block)}


def signing_key(secret: str) -> Ed25519PrivateKey:
    """The key that signs roots, derived (HKDF, RFC 5869) from the setting that holds the secret."""
    derived = HKDF(SHA256(), 32, salt=None, info=_PURPOSE).derive(secret.encode())
    return Ed25519PrivateKey.from_private_bytes(derived)


def public_key(key: Ed25519PrivateKey) -> str:
    """64 hex digits; keep them where nobody who writes the database can."""
    return key.public_key().public_bytes_raw().hex()


def signed_root(root: Row, key: Ed25519PrivateKey) -> Row:
    """The root with its digest, signature and the public key it can be checked with."""
    digest = root_digest(root)
    signature = key.sign(bytes.fromhex(digest)).hex()
    return {**root, "digest": digest, "signature": signature, "key": public_key(key)}


def root_digest(root: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical JSON of what is signed."""
    return _digest(root, ROOT_FIELDS)


def is_signed(root: Mapping[str, Any], key: str) -> bool:
    """Whether the holder of the private key signed exactly this root."""
    try:
        checker = Ed25519PublicKey.from_public_bytes(bytes.fromhex(key))
        checker.verify(bytes.fromhex(root["signature"]), bytes.fromhex(root_digest(root)))
    except (InvalidSignature, KeyError, TypeError, ValueError):
        return False
    return True


def _digest(item: Mapping[str, Any], fields: Sequence[str]) -> str:
    return hashlib.sha256(canonical_json({name: item.get(name) for name in fields})).hexdigest()
