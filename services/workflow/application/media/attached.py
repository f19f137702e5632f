"""The door of drafts: what may be attached to a variant."""

from __future__ import annotations

from chassis.ports import Work
from contracts.workflow.content import Media
from services.workflow.domain.channels.entities import Channel
from services.workflow.domain.media.entities import MediaFile
from services.workflow.domain.media.rules import refuse_too_many, refuse_wrong


def refuse_bad_media(
    media: tuple[Media, ...], channel: Channel, work: Work, *, field: tuple[str, ...]
) -> None:
    """Refuses MediaRefused, naming the file and what is wrong with it."""
    if not media:
        return
    refuse_too_many(media, channel.media, field)
    hashes = {one.hash for one in media} | {one.captions for one in media if one.captions}
    known = {file.hash: file for file in work.find(MediaFile, hash=sorted(hashes))}
    for place, one in enumerate(media):
        refuse_wrong(one, known, channel.media, field=(*field, str(place)))
