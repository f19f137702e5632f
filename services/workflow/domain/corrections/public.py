"""What of a correction the public may read: an allow-list, nothing of who or why inside."""

from __future__ import annotations

import msgspec

from contracts.workflow.corrections import (
    PublicCorrection,
    PublicPlace,
    TargetAction,
    TargetOutcome,
)
from services.workflow.domain.corrections.correction import Correction, CorrectionTarget


def with_public(correction: Correction) -> Correction:
    """The correction with its public part as it stands now; none before its approval."""
    return msgspec.structs.replace(correction, public=_public(correction))


def _public(correction: Correction) -> PublicCorrection | None:
    if not correction.is_public or correction.number is None or correction.approved_at is None:
        return None
    assert correction.kind is not None
    assert correction.error_class is not None
    return PublicCorrection(
        number=correction.number,
        kind=correction.kind,
        error_class=correction.error_class,
        state=correction.state,
        found_by=correction.found_by,
        live_at=correction.live_at,
        found_at=correction.found_at,
        approved_at=correction.approved_at,
        what_was_wrong=correction.what_was_wrong,
        what_is_right=correction.what_is_right,
        places=tuple(_place(t) for t in correction.targets),
    )


def _place(target: CorrectionTarget) -> PublicPlace:
    return PublicPlace(
        channel=target.channel_name,
        url=target.url,
        action=target.action or TargetAction.EDIT,
        is_done=target.outcome is TargetOutcome.DONE,
    )
