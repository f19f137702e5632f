"""Bytes by address: organization and SHA-256 of the content (rule 13)."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from pathlib import Path
from typing import Final, Protocol

import msgspec

from chassis.errors import not_found

MEDIA_FOLDER: Final = "media"
"""Under ROSTRUM_HOME; where several machines run, a volume that all of them mount."""
_HASH: Final = re.compile(r"[0-9a-f]{64}")
_ORGANIZATION: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")


class BlobRef(msgspec.Struct, frozen=True, kw_only=True):
    """What facts carry instead of bytes; ``size`` in bytes."""

    sha256: str
    size: int


class BlobStore(Protocol):
    """Blobs never change; storing the same bytes again is free."""

    def put(self, org_id: str, content: bytes) -> BlobRef:
        """Durable when it returns."""
        ...

    def get(self, org_id: str, sha256: str) -> bytes:
        """The bytes, checked against their address; Refusal NotFound, also for another's blob."""
        ...

    def has(self, org_id: str, sha256: str) -> bool:
        """Whether it is there."""
        ...

    def delete(self, org_id: str, sha256: str) -> bool:
        """Whether it was there."""
        ...


class FolderBlobs:
    """A folder: ``<root>/<organization>/<first two digits>/<sha256>``, readable by its owner only."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, org_id: str, content: bytes) -> BlobRef:
        """See ``BlobStore``: written aside, flushed to the disk, then renamed."""
        ref = _ref(content)
        place = self._place(org_id, ref.sha256)
        if not place.exists():
            place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            _write_durably(place, content)
        return ref

    def get(self, org_id: str, sha256: str) -> bytes:
        """See ``BlobStore``; OSError if the bytes rotted on the disk."""
        try:
            content = self._place(org_id, sha256).read_bytes()
        except FileNotFoundError:
            raise not_found("blob", sha256) from None
        if _ref(content).sha256 != sha256:
            raise OSError(f"blob {sha256} is damaged on the disk")
        return content

    def has(self, org_id: str, sha256: str) -> bool:
        """See ``BlobStore``."""
        return self._place(org_id, sha256).exists()

    def delete(self, org_id: str, sha256: str) -> bool:
        """See ``BlobStore``."""
        place = self._place(org_id, sha256)
        is_there = place.exists()
        place.unlink(missing_ok=True)
        return is_there

    def _place(self, org_id: str, sha256: str) -> Path:
        _check(org_id, sha256)
        return self._root / org_id / sha256[:2] / sha256


class MemoryBlobs:
    """The twin."""

    def __init__(self) -> None:
        self._blobs: dict[tuple[str, str], bytes] = {}

    def put(self, org_id: str, content: bytes) -> BlobRef:
        """See ``BlobStore``."""
        ref = _ref(content)
        self._blobs[_check(org_id, ref.sha256)] = bytes(content)
        return ref

    def get(self, org_id: str, sha256: str) -> bytes:
        """See ``BlobStore``."""
        found = self._blobs.get(_check(org_id, sha256))
        if found is None:
            raise not_found("blob", sha256)
        return found

    def has(self, org_id: str, sha256: str) -> bool:
        """See ``BlobStore``."""
        return _check(org_id, sha256) in self._blobs

    def delete(self, org_id: str, sha256: str) -> bool:
        """See ``BlobStore``."""
        return self._blobs.pop(_check(org_id, sha256), None) is not None


def _ref(content: bytes) -> BlobRef:
    return BlobRef(sha256=hashlib.sha256(content).hexdigest(), size=len(content))


def _check(org_id: str, sha256: str) -> tuple[str, str]:
    """Addresses come from outside too: nothing else may become a path."""
    if not _ORGANIZATION.fullmatch(org_id) or not _HASH.fullmatch(sha256):
        raise not_found("blob", sha256)
    return org_id, sha256


def _write_durably(place: Path, content: bytes) -> None:
    descriptor, name = tempfile.mkstemp(dir=place.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(place)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    _flush_folder(place.parent)


def _flush_folder(folder: Path) -> None:
    """A rename is durable when its folder is."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
