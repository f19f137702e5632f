"""What a legal hold forbids."""

from __future__ import annotations

from chassis.ports import Work
from contracts.refusals import Refusal, RefusalCode
from services.workflow.domain.corrections.correction import LegalHold


def refuse_held(content_id: str, work: Work) -> None:
    """Refuses LegalHold while any matter about the item is open; the matter itself is not told."""
    held = work.first(LegalHold, content_id=content_id, is_lifted=False)
    if held is not None:
        raise Refusal(
            RefusalCode.LEGAL_HOLD,
            "A legal hold keeps this where it is.",
            data={"hold_id": held.id},
        )
