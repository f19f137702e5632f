"""Stop-all: nothing more goes out, but for named exemptions, until a person or a time ends it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Final

import msgspec

from chassis.ports import Entity
from contracts.refusals import Refusal, RefusalCode
from contracts.workflow.deliveries import PublishingResumed, PublishingStopped, StopAll
from services.workflow.domain import wording
from services.workflow.domain.deliveries.delivery import Delivery
from services.workflow.domain.transition import Transition

MOST_EXEMPT: Final = 50


class PublishingStop(Entity, frozen=True, kw_only=True):
    """One order to halt. ``ends_at`` None: until somebody resumes."""

    reason: str
    stopped_by: str
    stopped_at: datetime
    ends_at: datetime | None
    exempt_content_ids: tuple[str, ...]
    exempt_channel_ids: tuple[str, ...]
    exempt_unit_ids: tuple[str, ...]
    is_active: bool = True
    ended_at: datetime | None = None
    ended_by: str | None = None
    end_reason: str = ""

    def is_over(self, now: datetime) -> bool:
        """Ended by a person, or its time has come, even if no timer has fired yet."""
        return not self.is_active or (self.ends_at is not None and self.ends_at <= now)

    def halts(self, delivery: Delivery, lineage: Collection[str]) -> bool:
        """Whether it holds this delivery; ``lineage`` is its unit with all units above."""
        return not (
            delivery.content_id in self.exempt_content_ids
            or delivery.channel_id in self.exempt_channel_ids
            or set(lineage) & set(self.exempt_unit_ids)
        )


def begun(
    command: StopAll, *, ident: str, org_id: str, by: str, now: datetime
) -> Transition[PublishingStop]:
    """Refuses an end that has passed, and a stop without a reason."""
    if command.ends_at is not None and command.ends_at <= now:
        raise Refusal(RefusalCode.INVALID_TIME, "That time has passed.", field=("endsAt",))
    _refuse_many(command)
    stop = PublishingStop(
        id=ident,
        org_id=org_id,
        reason=wording.reason(command.reason),
        stopped_by=by,
        stopped_at=now,
        ends_at=command.ends_at,
        exempt_content_ids=command.exempt_content_ids,
        exempt_channel_ids=command.exempt_channel_ids,
        exempt_unit_ids=command.exempt_unit_ids,
    )
    fact = PublishingStopped(
        stop_id=stop.id,
        reason=stop.reason,
        stopped_by=by,
        ends_at=stop.ends_at,
        exempt_content_ids=stop.exempt_content_ids,
        exempt_channel_ids=stop.exempt_channel_ids,
        exempt_unit_ids=stop.exempt_unit_ids,
    )
    return Transition(stop, (fact,))


def _refuse_many(command: StopAll) -> None:
    for name in ("exempt_content_ids", "exempt_channel_ids", "exempt_unit_ids"):
        if len(getattr(command, name)) > MOST_EXEMPT:
            raise Refusal(
                RefusalCode.TOO_LARGE,
                f"A stop names {MOST_EXEMPT} exemptions of a kind at most.",
                field=(name,),
            )


def ended(
    stop: PublishingStop, *, reason: str, by: str | None, now: datetime
) -> Transition[PublishingStop]:
    """Refuses WrongState for a stop that is over already."""
    if not stop.is_active:
        raise Refusal(RefusalCode.WRONG_STATE, "This stop is over already.")
    after = msgspec.structs.replace(
        stop, is_active=False, ended_at=now, ended_by=by, end_reason=reason
    )
    fact = PublishingResumed(stop_id=stop.id, reason=reason, resumed_by=by)
    return Transition(after, (fact,))
