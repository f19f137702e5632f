"""Reporting over a real database, without a broker: batches are handed to its handler."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from chassis.mongo.factory import WorkFactory
from chassis.ports import Delivered
from chassis.prepare import prepare_database
from services.reporting.adapters.collections import DAYS, FACT_LOG, FOLDS
from services.reporting.adapters.mongo_build import begin
from services.reporting.adapters.mongo_folds import mongo_folds
from services.reporting.adapters.state_hash import state_hash
from services.reporting.application.fold_facts import folding
from services.reporting.application.rebuild import Rebuilt, rebuild
from services.reporting.bootstrap import PLAN, work_factory
from tests.support.reporting import ORG

handle = folding(mongo_folds)
"""What the groups do with a batch."""


class Reporting:
    """The service's database, its handler and its rebuild."""

    def __init__(self, mongo_uri: str, namespace: str) -> None:
        self.factory: WorkFactory = work_factory(mongo_uri, namespace)
        prepare_database(self.factory.database.unguarded, PLAN)

    def take(self, batch: Sequence[Delivered]) -> None:
        """One transaction."""
        self.factory.run_batch(lambda work: handle(batch, work))

    def take_all(self, stream: Sequence[Delivered], size: int = 100) -> None:
        """One transaction after the other."""
        for start in range(0, len(stream), size):
            self.take(stream[start : start + size])

    def rebuild(self, org_id: str = ORG) -> Rebuilt:
        """From the first fact on."""
        return rebuild(org_id, begin(self.factory, org_id))

    def hash(self, org_id: str = ORG) -> str:
        """Of everything folded."""
        return state_hash(self.factory.database, org_id)

    def days(self, org_id: str = ORG) -> list[dict[str, Any]]:
        """The day documents as the gateway reads them."""
        return list(self.factory.database[DAYS].find({"org_id": org_id}).sort("_id", 1))

    def folds(self, org_id: str = ORG) -> list[dict[str, Any]]:
        """The working documents of all generations."""
        return list(self.factory.database[FOLDS].find({"org_id": org_id}).sort("_id", 1))

    def logged(self, org_id: str = ORG) -> list[dict[str, Any]]:
        """The fact log."""
        return list(self.factory.database[FACT_LOG].find({"org_id": org_id}).sort("_id", 1))

    def close(self) -> None:
        """Let go of the database."""
        self.factory.client.close()


def amounts_of(day: dict[str, Any]) -> dict[str, int]:
    """A day document in the form of shares."""
    amounts = dict(day["counts"])
    for name, histogram in day["seconds"].items():
        amounts |= {f"{name}/{second}": number for second, number in histogram.items()}
    return amounts
