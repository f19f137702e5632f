"""The use cases of deliveries: services lease and record, people decide, timers wake."""

from __future__ import annotations

from typing import Any, Final

from chassis.ports import TimerHandler, UseCase, Work
from contracts.commands import Command
from contracts.workflow import deliveries as orders
from services.workflow.application.deliveries.begin_attempt import begin_attempt
from services.workflow.application.deliveries.confirm_by_arrival import confirm_by_arrival
from services.workflow.application.deliveries.lease import lease_delivery
from services.workflow.application.deliveries.pacing import set_channel_rate
from services.workflow.application.deliveries.person_decides import (
    cancel_delivery,
    hold_delivery,
    retry_delivery,
    settle_delivery,
)
from services.workflow.application.deliveries.plan import LEASE_TIMER, WAKE_TIMER
from services.workflow.application.deliveries.record_attempt import record_attempt
from services.workflow.application.deliveries.stops import (
    END_TIMER,
    RELEASE_TIMER,
    resume_all,
    stop_all,
    stop_end,
    stop_release,
)
from services.workflow.application.deliveries.timers import delivery_lease, delivery_wake
from services.workflow.application.governance.target import Target, TargetOf, whole_organization
from services.workflow.domain.deliveries.delivery import Delivery

__all__ = ["HANDLERS", "TARGETS", "TIMERS", "confirm_by_arrival"]

HANDLERS: Final[dict[type[Command], UseCase]] = {
    orders.LeaseDelivery: lease_delivery,
    orders.BeginAttempt: begin_attempt,
    orders.RecordAttempt: record_attempt,
    orders.RetryDelivery: retry_delivery,
    orders.SettleDelivery: settle_delivery,
    orders.HoldDelivery: hold_delivery,
    orders.CancelDelivery: cancel_delivery,
    orders.StopAll: stop_all,
    orders.ResumeAll: resume_all,
    orders.SetChannelRate: set_channel_rate,
}


def _delivery(command: Any, work: Work) -> Target:
    delivery = work.get(Delivery, command.delivery_id)
    return Target(unit_id=delivery.unit_id, channel_id=delivery.channel_id)


def _channel(command: Any, _work: Work) -> Target:
    return Target(channel_id=command.channel_id)


TARGETS: Final[dict[type[Command], TargetOf]] = {
    **dict.fromkeys(HANDLERS, _delivery),
    orders.StopAll: whole_organization,
    orders.ResumeAll: whole_organization,
    orders.SetChannelRate: _channel,
}

TIMERS: Final[dict[str, TimerHandler]] = {
    WAKE_TIMER: delivery_wake,
    LEASE_TIMER: delivery_lease,
    END_TIMER: stop_end,
    RELEASE_TIMER: stop_release,
}
