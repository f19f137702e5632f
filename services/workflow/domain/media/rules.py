"""What a post may carry to one channel."""

from __future__ import annotations

from collections.abc import Mapping

from contracts.ingest import MediaRules
from contracts.refusals import Refusal, RefusalCode
from contracts.workflow.content import Media
from contracts.workflow.media import CAPTIONS_TYPE
from services.workflow.domain.media.entities import MediaFile

MOST = 20
"""Files of one variant, whatever the channel."""
ALT_TEXT_LIMIT = 1500
"""Characters of an alternative text. Source: Mastodon, MediaAttachment::MAX_DESCRIPTION_LENGTH."""

Path = tuple[str, ...]


def refuse_too_many(media: tuple[Media, ...], rules: MediaRules | None, field: Path) -> None:
    """Refuses more files than the channel takes, and the same file twice."""
    most = min(rules.most, MOST) if rules else MOST
    if len(media) > most:
        sentence = f"This channel takes {most} files at most." if most else "It takes no files."
        raise _refused(sentence, field, most=most, given=len(media))
    if len({one.hash for one in media}) < len(media):
        raise _refused("The same file is attached twice.", field)


def refuse_wrong(
    one: Media, known: Mapping[str, MediaFile], rules: MediaRules | None, *, field: Path
) -> None:
    """Refuses a file that nobody uploaded, that is something else than said, or does not fit."""
    file = known.get(one.hash)
    if file is None:
        raise _refused("Nobody uploaded this file: POST it to /media first.", (*field, "hash"))
    if one.content_type != file.content_type:
        sentence = f"The file is {file.content_type}, not {one.content_type}."
        raise _refused(sentence, (*field, "contentType"), content_type=file.content_type)
    if file.content_type == CAPTIONS_TYPE:
        raise _refused("Captions are named by the video they belong to.", (*field, "hash"))
    if len(one.alt_text) > ALT_TEXT_LIMIT:
        sentence = f"An alternative text has at most {ALT_TEXT_LIMIT} characters."
        raise _refused(sentence, (*field, "altText"), most=ALT_TEXT_LIMIT)
    _refuse_captions(one, known, field)
    if rules is not None:
        _refuse_unfit(file, rules, field)


def _refuse_captions(one: Media, known: Mapping[str, MediaFile], field: Path) -> None:
    if one.captions is None:
        return
    if not one.content_type.startswith("video/"):
        raise _refused("Only a video has captions.", (*field, "captions"))
    captions = known.get(one.captions)
    if captions is None:
        raise _refused("Nobody uploaded these captions.", (*field, "captions"))
    if captions.content_type != CAPTIONS_TYPE:
        sentence = f"Captions are WebVTT; this file is {captions.content_type}."
        raise _refused(sentence, (*field, "captions"), content_type=captions.content_type)


def _refuse_unfit(file: MediaFile, rules: MediaRules, field: Path) -> None:
    if file.content_type not in rules.kinds:
        sentence = f"This channel takes no {file.content_type}."
        raise _refused(sentence, (*field, "hash"), kinds=list(rules.kinds))
    largest = rules.largest(file.content_type)
    if largest and file.size > largest:
        sentence = f"This channel takes files of {largest} bytes at most; it has {file.size}."
        raise _refused(sentence, (*field, "hash"), largest=largest, size=file.size)


def _refused(sentence: str, field: Path, **data: object) -> Refusal:
    return Refusal(RefusalCode.MEDIA_REFUSED, sentence, field=field, data=data)
