"""What may be attached to a draft, and how much an organization may keep."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from chassis.mongo.factory import service_actor
from contracts.ingest import MediaRules
from contracts.permissions import Permission, Role
from contracts.refusals import Refusal, RefusalCode
from contracts.workflow.content import DraftContent, EditContent, Media, Variant
from contracts.workflow.media import AddMedia
from services.workflow.domain.media.entities import MediaFile, MediaUsage
from tests.unit.workflow_content.newsroom import Newsroom

RULES = MediaRules(most=2, kinds=("image/png", "video/mp4"), image_bytes=1000)


@pytest.fixture
def room() -> Newsroom:
    found = Newsroom()
    found.change_channel(found.channel_id, media=RULES)
    return found


def a_file(room: Newsroom, mark: str, content_type: str = "image/png", size: int = 100) -> str:
    """The hash of an uploaded file."""
    given = AddMedia(hash=mark * 64, content_type=content_type, size=size, width=4, height=3)
    room.give(given, room.ann)
    return mark * 64


def one(hash_: str, content_type: str = "image/png", **more: Any) -> Media:
    return Media(hash=hash_, content_type=content_type, alt_text="The bridge.", **more)


def drafted(room: Newsroom, *media: Media) -> str:
    """The id of a draft with these files."""
    return room.a_draft(variants=(Variant(channel_id=room.channel_id, text="Look.", media=media),))


def refused(room: Newsroom, *media: Media) -> Refusal:
    with pytest.raises(Refusal) as no:
        drafted(room, *media)
    assert no.value.code is RefusalCode.MEDIA_REFUSED
    return no.value


def test_an_uploaded_image_is_attached(room: Newsroom) -> None:
    content_id = drafted(room, one(a_file(room, "a")))

    (media,) = room.item(content_id).variants[0].media
    assert (media.hash, media.alt_text) == ("a" * 64, "The bridge.")


def test_a_file_that_nobody_uploaded_is_refused(room: Newsroom) -> None:
    no = refused(room, one(a_file(room, "a")), one("b" * 64))

    assert no.field == ("variants", "0", "media", "1", "hash")


def test_a_file_is_what_its_bytes_are_and_not_what_a_draft_says(room: Newsroom) -> None:
    no = refused(room, one(a_file(room, "a"), "image/jpeg"))

    assert no.field[-1] == "contentType"
    assert no.data["content_type"] == "image/png"


@pytest.mark.parametrize(
    ("content_type", "size", "sentence"),
    [
        ("image/webp", 10, "This channel takes no image/webp."),
        ("image/png", 1001, "This channel takes files of 1000 bytes at most; it has 1001."),
        ("text/vtt", 10, "Captions are named by the video they belong to."),
    ],
)
def test_what_the_channel_does_not_take_is_refused(
    room: Newsroom, content_type: str, size: int, sentence: str
) -> None:
    no = refused(room, one(a_file(room, "a", content_type, size), content_type))

    assert no.sentence == sentence


def test_more_files_than_the_channel_takes_are_refused(room: Newsroom) -> None:
    no = refused(room, *[one(a_file(room, mark)) for mark in "abc"])

    assert (no.field, no.data["most"]) == (("variants", "0", "media"), 2)


def test_the_same_file_twice_and_an_endless_alternative_text_are_refused(room: Newsroom) -> None:
    image = one(a_file(room, "a"))
    assert "twice" in refused(room, image, image).sentence

    no = refused(room, msgspec.structs.replace(image, alt_text="x" * 1501))
    assert no.field[-1] == "altText"


def test_captions_are_webvtt_and_belong_to_a_video(room: Newsroom) -> None:
    video, image = a_file(room, "a", "video/mp4"), a_file(room, "b")
    captions = a_file(room, "c", "text/vtt")

    assert drafted(room, one(video, "video/mp4", captions=captions))
    assert "Only a video" in refused(room, one(image, captions=captions)).sentence
    assert "are WebVTT" in refused(room, one(video, "video/mp4", captions=image)).sentence
    assert "Nobody" in refused(room, one(video, "video/mp4", captions="d" * 64)).sentence


def test_an_edit_is_held_to_the_same_rules(room: Newsroom) -> None:
    content_id = drafted(room)
    variants = (Variant(channel_id=room.channel_id, text="x", media=(one("f" * 64),)),)

    with pytest.raises(Refusal) as no:
        room.give(EditContent(content_id=content_id, rev=1, variants=variants), room.ann)
    assert no.value.code is RefusalCode.MEDIA_REFUSED


def test_another_organizations_file_is_nobodys(room: Newsroom) -> None:
    neighbour = Newsroom(factory=room.factory, slug="county")
    a_file(neighbour, "a")

    assert refused(room, one("a" * 64)).field[-1] == "hash"


def test_a_channel_that_has_not_said_what_it_takes_leaves_it_to_the_send(room: Newsroom) -> None:
    room.change_channel(room.channel_id, media=None)

    assert drafted(room, *[one(a_file(room, mark)) for mark in "abc"])


def test_the_same_bytes_take_room_once(room: Newsroom) -> None:
    a_file(room, "a")
    again = room.give(AddMedia(hash="a" * 64, content_type="image/png", size=100), room.admin)

    reader = room.factory.reader(room.org_id)
    assert (again.is_new, again.kept_bytes) == (False, 100)
    assert len(reader.find(MediaFile)) == 1
    assert reader.get(MediaUsage, room.org_id).files == 1


def test_a_full_organization_keeps_no_more(room: Newsroom) -> None:
    a_file(room, "a")

    def smaller(work: Any) -> None:
        usage = work.get(MediaUsage, room.org_id)
        work.save(msgspec.structs.replace(usage, quota_bytes=150))

    room.factory.run(service_actor("workflow"), room.org_id, smaller)
    with pytest.raises(Refusal) as no:
        a_file(room, "b")
    assert no.value.code is RefusalCode.QUOTA_EXCEEDED
    assert no.value.data == {"kept_bytes": 100, "quota_bytes": 150}
    assert room.factory.reader(room.org_id).first(MediaFile, hash="b" * 64) is None


def test_who_may_write_somewhere_may_upload_and_nobody_else(room: Newsroom) -> None:
    narrow = msgspec.structs.replace(room.ann, scopes=frozenset({Permission.CONTENT_READ}))
    analyst = room.a_member("una", (Role.ANALYST, None))
    order = AddMedia(hash="a" * 64, content_type="image/png", size=1)

    assert room.give(order, room.ann).is_new
    for actor in (narrow, analyst):
        with pytest.raises(Refusal) as no:
            room.give(order, actor)
        assert no.value.code is RefusalCode.FORBIDDEN
    assert DraftContent.PERMISSION is AddMedia.PERMISSION
