"""Keep a file: the same bytes are kept once, and every other file takes its room."""

from __future__ import annotations

import re
from typing import Final

from chassis.ports import Work
from contracts.refusals import Refusal, RefusalCode
from contracts.workflow.media import AddMedia, MediaAdded, MediaAnswer
from services.workflow.domain.media.entities import MediaFile, MediaUsage
from services.workflow.domain.media.room import with_one_more

_HASH: Final = re.compile(r"[0-9a-f]{64}")


def add_media(command: AddMedia, work: Work) -> MediaAnswer:
    """Refuses QuotaExceeded; what is known already takes no room."""
    if not _HASH.fullmatch(command.hash) or command.size <= 0:
        raise Refusal(RefusalCode.INVALID_ARGUMENT, "This is no file.", field=("hash",))
    usage = work.first(MediaUsage, id=work.org_id)
    known = work.first(MediaFile, hash=command.hash)
    if known is not None and usage is not None:
        return MediaAnswer(id=known.id, is_new=False, kept_bytes=usage.kept_bytes)
    room = with_one_more(usage or MediaUsage(id=work.org_id, org_id=work.org_id), command.size)
    work.save(room) if usage else work.add(room)
    file = _file(command, work)
    work.add(file, _added(file))
    return MediaAnswer(id=file.id, is_new=True, kept_bytes=room.kept_bytes)


def _file(command: AddMedia, work: Work) -> MediaFile:
    return MediaFile(
        id=work.ids.derived("media", work.org_id, command.hash),
        org_id=work.org_id,
        hash=command.hash,
        content_type=command.content_type,
        size=command.size,
        width=command.width,
        height=command.height,
        added_by=work.actor.person_id or work.actor.account_id,
        added_at=work.now,
    )


def _added(file: MediaFile) -> MediaAdded:
    return MediaAdded(
        media_id=file.id,
        hash=file.hash,
        content_type=file.content_type,
        size=file.size,
        added_by=file.added_by,
        width=file.width,
        height=file.height,
    )
