"""Both stores of blobs."""

from __future__ import annotations

from pathlib import Path

import pytest

from chassis.blobs import BlobStore, FolderBlobs, MemoryBlobs
from tests.suites.blobs_suite import ADDRESS, CONTENT, BlobsSuite
from tests.support.storage import ACME


class TestMemoryBlobs(BlobsSuite):
    @pytest.fixture
    def blobs(self) -> BlobStore:
        return MemoryBlobs()


class TestFolderBlobs(BlobsSuite):
    @pytest.fixture
    def blobs(self, tmp_path: Path) -> BlobStore:
        return FolderBlobs(tmp_path / "media")

    def test_bytes_that_rotted_are_not_handed_out(self, tmp_path: Path) -> None:
        blobs = FolderBlobs(tmp_path)
        blobs.put(ACME, CONTENT)
        (tmp_path / ACME / ADDRESS[:2] / ADDRESS).write_bytes(b"other")
        with pytest.raises(OSError, match="damaged"):
            blobs.get(ACME, ADDRESS)

    def test_nothing_but_the_blob_is_left(self, tmp_path: Path) -> None:
        FolderBlobs(tmp_path).put(ACME, CONTENT)
        files = [file for file in tmp_path.rglob("*") if file.is_file()]
        assert [file.name for file in files] == [ADDRESS]
        assert files[0].stat().st_mode & 0o077 == 0
