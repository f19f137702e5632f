"""Whether there is room for another file."""

from __future__ import annotations

import msgspec

from contracts.refusals import Refusal, RefusalCode
from services.workflow.domain.media.entities import MediaUsage


def with_one_more(usage: MediaUsage, size: int) -> MediaUsage:
    """The usage with another file of ``size`` bytes; refuses QuotaExceeded."""
    kept = usage.kept_bytes + size
    if kept > usage.quota_bytes:
        raise Refusal(
            RefusalCode.QUOTA_EXCEEDED,
            f"The organization keeps {usage.kept_bytes} bytes of media, and may keep "
            f"{usage.quota_bytes}: there is no room for {size} more.",
            data={"kept_bytes": usage.kept_bytes, "quota_bytes": usage.quota_bytes},
        )
    return msgspec.structs.replace(usage, files=usage.files + 1, kept_bytes=kept)
