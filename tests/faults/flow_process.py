"""One process of the flow: ``python -m tests.faults.flow_process '<Orders as JSON>'``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from threading import Event

import msgspec

from chassis import logs, metric_defs
from chassis.clock import SystemClock
from chassis.consumer.consumer import DurableConsumer
from chassis.consumer.mongo_ledger import mongo_ledger
from chassis.consumer.ports import ConsumerParts
from chassis.consumer.settings import ConsumerSettings, subscription
from chassis.errors import Refusal, RefusalCode
from chassis.health import Health
from chassis.loops import Loop, Runner
from chassis.metrics import silent_metrics
from chassis.ports import BatchHandler, BatchWork, Delivered
from contracts import catalog
from contracts.ingest import ChannelHealthChanged
from contracts.topics import Group
from tests.faults.failpoints import FailingBroker, FailPoint, failing_handler, failing_ledger
from tests.faults.flow_world import World, a_factory, a_relay, fold, telling

CRASH = "crash me"
REGISTERED = catalog.__all__


class Orders(msgspec.Struct, frozen=True, kw_only=True):
    """What this process is.

    ``kill_at`` and ``kill_pass``: a kill point. ``slow_while``: a file; while it exists every batch
    takes ``slow_s`` longer, as if the store were slow. ``refuse_all``: a bad deploy.
    """

    world: World
    role: str
    owner: str = "one"
    kill_at: str = ""
    kill_pass: int = 1
    batch: int = 500
    slow_while: str = ""
    slow_s: float = 0.5
    refuse_all: bool = False


def a_consumer(orders: Orders) -> DurableConsumer:
    fail = FailPoint(orders.kill_at, orders.kill_pass)
    wanted = subscription(Group.WORKFLOW_CONNECTIONS)
    parts = ConsumerParts(
        broker=FailingBroker(orders.world.broker(), fail),
        factory=a_factory(orders.world),
        ledger=failing_ledger(mongo_ledger(wanted.group), fail),
        tell=telling(orders.world),
        clock=SystemClock(),
        metrics=silent_metrics(metric_defs.CHASSIS_METRICS),
    )
    settings = ConsumerSettings(batch=orders.batch, sweep=0.5, report=1.0, gap=5.0)
    handler = failing_handler(_behaving(orders), fail)
    return DurableConsumer(wanted, handler, parts, settings=settings)


def _behaving(orders: Orders) -> BatchHandler:
    def handle(batch: Sequence[Delivered], work: BatchWork) -> None:
        if orders.slow_while and Path(orders.slow_while).exists():
            Event().wait(orders.slow_s)
        for item in batch:
            _misbehave(item, orders)
        fold(batch, work)

    return handle


def _misbehave(item: Delivered, orders: Orders) -> None:
    if orders.refuse_all:
        raise Refusal(RefusalCode.WRONG_STATE, "a bad deploy")
    if isinstance(item.fact, ChannelHealthChanged) and item.fact.detail == CRASH:
        raise ZeroDivisionError("a bug")


def main(text: str) -> int:
    orders = msgspec.json.decode(text, type=Orders)
    logs.configure("faults", orders.role)
    loop: Loop = (
        a_relay(orders.world, orders.owner) if orders.role == "relay" else a_consumer(orders)
    )
    return Runner([loop], Health()).run()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
