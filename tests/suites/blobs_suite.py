"""What a store of blobs promises, on a disk and in memory alike."""

from __future__ import annotations

import hashlib

import pytest

from chassis.blobs import BlobStore
from chassis.errors import Refusal, RefusalCode
from tests.support.storage import ACME, GLOBEX

CONTENT = b"\x00picture\xff"
ADDRESS = hashlib.sha256(CONTENT).hexdigest()


class BlobsSuite:
    """Inherit it and provide ``blobs``."""

    @pytest.fixture
    def blobs(self) -> BlobStore:
        raise NotImplementedError

    def test_bytes_come_back_by_their_hash(self, blobs: BlobStore) -> None:
        for _ in range(2):
            ref = blobs.put(ACME, CONTENT)
            assert (ref.sha256, ref.size) == (ADDRESS, len(CONTENT))
        assert blobs.get(ACME, ADDRESS) == CONTENT
        assert blobs.has(ACME, ADDRESS)

    def test_the_empty_blob_is_one_too(self, blobs: BlobStore) -> None:
        ref = blobs.put(ACME, b"")
        assert blobs.get(ACME, ref.sha256) == b""

    def test_a_blob_of_another_organization_does_not_exist(self, blobs: BlobStore) -> None:
        blobs.put(ACME, CONTENT)
        assert not blobs.has(GLOBEX, ADDRESS)
        assert not blobs.delete(GLOBEX, ADDRESS)
        assert _refused(blobs, GLOBEX, ADDRESS) == _refused(blobs, GLOBEX, ADDRESS)
        assert blobs.has(ACME, ADDRESS)

    def test_a_deleted_blob_is_gone(self, blobs: BlobStore) -> None:
        blobs.put(ACME, CONTENT)
        assert blobs.delete(ACME, ADDRESS)
        assert not blobs.delete(ACME, ADDRESS)
        _refused(blobs, ACME, ADDRESS)

    @pytest.mark.parametrize(
        ("org_id", "address"),
        [
            ("..", ADDRESS),
            (f"../{ACME}", ADDRESS),
            ("", ADDRESS),
            (ACME, "../../etc/passwd"),
            (ACME, ADDRESS.upper()),
            (ACME, ADDRESS + "\n"),
        ],
    )
    def test_what_is_no_address_is_not_found(
        self, blobs: BlobStore, org_id: str, address: str
    ) -> None:
        blobs.put(ACME, CONTENT)
        _refused(blobs, org_id, address)


def _refused(blobs: BlobStore, org_id: str, address: str) -> str:
    with pytest.raises(Refusal) as caught:
        blobs.get(org_id, address)
    assert caught.value.code is RefusalCode.NOT_FOUND
    return caught.value.sentence
