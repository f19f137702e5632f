"""What a change of a profile may be, and how it reads."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from contracts.refusals import Refusal, RefusalCode
from contracts.workflow.content import Media, Schedule
from contracts.workflow.content_parts import ProfileChange
from contracts.workflow.profiles import ProfileVariant
from services.workflow.domain.content.times import instant_of


def refuse_bad_change(profile: ProfileVariant, place: str) -> None:
    """Refuses changes of nothing, and pictures that are not attached."""
    change, field = profile.change, ("profiles", place, "change")
    if not any((change.avatar, change.banner, change.pinned)) and (
        change.display_name is None and change.bio is None
    ):
        raise Refusal(RefusalCode.INVALID_ARGUMENT, "This changes nothing.", field=field)
    attached = {media.hash: media.content_type for media in profile.media}
    for name in ("avatar", "banner"):
        wanted = getattr(change, name)
        if wanted is not None and not attached.get(wanted, "").startswith("image/"):
            raise Refusal(
                RefusalCode.INVALID_ARGUMENT,
                f"The {name} is one of the attached pictures.",
                field=(*field, name),
            )


def refuse_bad_end(ends: Schedule, starts_at: datetime) -> datetime:
    """The instant of the end. Refuses odd times, and ends before the start."""
    try:
        ends_at = instant_of(ends)
    except Refusal as no:
        raise Refusal(no.code, no.sentence, field=("ends", *no.field[1:]), data=no.data) from no
    if ends_at <= starts_at:
        raise Refusal(RefusalCode.INVALID_TIME, "It ends before it begins.", field=("ends",))
    return ends_at


def in_words(change: ProfileChange, media: tuple[Media, ...]) -> str:
    """The change as reviewers and checks read it; one line for each part."""
    return "\n".join(_lines(change, {one.hash: one.alt_text for one in media})) or "Nothing."


def _lines(change: ProfileChange, alt_texts: dict[str, str]) -> Iterator[str]:
    if change.display_name is not None:
        yield f"Name: {change.display_name}"
    if change.bio is not None:
        yield f"Bio: {change.bio}"
    for name, picture in (("Avatar", change.avatar), ("Banner", change.banner)):
        if picture is not None:
            yield f"{name}: {alt_texts.get(picture) or 'a picture'}"
    if change.pinned:
        yield (
            f"Pinned post: {change.pinned}" if change.is_pinned else f"Not pinned: {change.pinned}"
        )
