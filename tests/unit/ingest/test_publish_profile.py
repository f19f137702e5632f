"""What a change of a profile covers is kept before anything is said to begin."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import msgspec

from chassis.blobs import MemoryBlobs
from chassis.errors import Unavailable
from contracts.workflow.content import Media
from contracts.workflow.content_parts import ProfileChange
from contracts.workflow.deliveries import BeginAttempt, DeliveryAction, Outcome
from services.ingest.application.connector import Captured, Outbound
from services.ingest.domain.connections.access import Access
from services.ingest.domain.publishing.post import Post
from tests.support.ingest import ORG
from tests.unit.ingest.test_publish_delivery import LEASE, FakePlatform, Scene, a_scene

PICTURE = b"an old picture"
SHA256 = MemoryBlobs().put(ORG, PICTURE).sha256
BEFORE = Captured(
    change=ProfileChange(bio="Before.", avatar=SHA256),
    media=(Media(hash=SHA256, content_type="image/png"),),
    files={SHA256: PICTURE},
)


@dataclass
class FakeProfile(FakePlatform):
    """A platform with profiles; ``is_away`` while it is asked what stands there."""

    is_away: bool = False
    captures: list[Post] = field(default_factory=list)

    def capture(self, access: Access, post: Post, http: Outbound) -> Captured:
        self.captures.append(post)
        if self.is_away:
            raise Unavailable("no answer")
        return BEFORE


def a_change(platform: FakePlatform, **changes: Any) -> Scene:
    """A lease of a change of the bio."""
    given = {"action": DeliveryAction.PROFILE, "profile": ProfileChange(bio="Ice.")} | changes
    return replace(a_scene(lease=msgspec.structs.replace(LEASE, **given)), platform=platform)


def begun(scene: Scene) -> list[BeginAttempt]:
    return [order for order in scene.workflow.orders if isinstance(order, BeginAttempt)]


def test_what_stands_there_is_kept_before_it_is_covered() -> None:
    scene = a_change(FakeProfile())
    scene.publish()
    (begin,) = begun(scene)
    assert (begin.captured, begin.captured_media) == (BEFORE.change, BEFORE.media)
    assert scene.files.get(ORG, SHA256) == PICTURE
    assert scene.platform.sent[0].profile == ProfileChange(bio="Ice.")


def test_nothing_begins_while_what_stands_there_cannot_be_kept() -> None:
    scene = a_change(FakeProfile(is_away=True))
    scene.publish()
    assert (begun(scene), scene.platform.sent) == ([], [])
    assert scene.recorded().outcome is Outcome.NOT_APPLIED


def test_what_was_kept_once_is_not_asked_for_again() -> None:
    platform = FakeProfile()
    a_change(platform, is_captured=True).publish()
    assert platform.captures == []
    assert len(platform.sent) == 1


def test_the_end_captures_nothing() -> None:
    platform = FakeProfile()
    a_change(platform, action=DeliveryAction.PROFILE_REVERT).publish()
    assert platform.captures == []
    assert platform.sent[0].action is DeliveryAction.PROFILE_REVERT


def test_a_platform_without_profiles_refuses_before_anything_begins() -> None:
    scene = a_change(FakePlatform())
    scene.publish()
    assert (begun(scene), scene.platform.sent) == ([], [])
    assert scene.recorded().outcome is Outcome.REFUSED
