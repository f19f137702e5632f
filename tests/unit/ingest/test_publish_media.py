"""What is attached to a delivery comes from the store, or the delivery does not go."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import msgspec
import pytest

from chassis.blobs import MemoryBlobs
from contracts.workflow.content import Media
from contracts.workflow.deliveries import DeliveryAction, Outcome, Purpose
from tests.support.ingest import ORG
from tests.unit.ingest.test_publish_delivery import LEASE, Scene, a_scene


class Away(MemoryBlobs):
    """A volume that is not mounted."""

    def get(self, org_id: str, sha256: str) -> bytes:
        raise OSError("stale file handle")


def with_an_image(**changes: Any) -> tuple[Scene, str]:
    """A lease of a post with an image, and the image's hash."""
    files = MemoryBlobs()
    sha256 = files.put(ORG, b"image").sha256
    media = (Media(hash=sha256, content_type="image/png", alt_text="The bridge."),)
    return replace(
        a_scene(lease=msgspec.structs.replace(LEASE, media=media, **changes)), files=files
    ), sha256


def test_what_is_attached_comes_from_the_store() -> None:
    scene, sha256 = with_an_image()
    scene.publish()
    assert scene.platform.sent[0].files == {sha256: b"image"}
    assert scene.recorded().outcome is Outcome.CONFIRMED


def test_a_file_that_nobody_has_is_not_sent_without() -> None:
    scene, sha256 = with_an_image()
    scene.files.delete(ORG, sha256)
    scene.publish()
    assert scene.platform.sent == []
    assert scene.recorded().outcome is Outcome.REFUSED
    assert "not in the store" in scene.recorded().detail


def test_a_store_that_is_away_is_tried_again() -> None:
    scene, _ = with_an_image()
    scene.files = Away()
    scene.publish()
    assert scene.platform.sent == []
    assert scene.recorded().outcome is Outcome.NOT_APPLIED


@pytest.mark.parametrize(
    "changes", [{"purpose": Purpose.READ_BACK}, {"action": DeliveryAction.DELETE}]
)
def test_a_look_and_a_deletion_need_no_files(changes: dict[str, Any]) -> None:
    scene, sha256 = with_an_image(target_external_id="101", **changes)
    scene.files.delete(ORG, sha256)
    scene.publish()
    assert scene.recorded().outcome is Outcome.CONFIRMED
