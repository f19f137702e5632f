"""One archive on its way through the platform, timed from outside."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from time import monotonic
from typing import Any, Final

from pymongo import MongoClient

from chassis.ids import public_id
from stack.platform import Platform
from stack.settings import inherited
from tests.bench.shape import Archive
from tests.support.programs import Tenant
from tests.support.waiting import eventually

LOOK: Final = 0.05
PATIENCE: Final = 900.0
SEEN: Final = "query($id: ID!) { node(id: $id) { ... on Mention { externalId } } }"
REPORT: Final = """query($from: Date!, $to: Date!) {
    report(from: $from, to: $to) { total { mentions } } }"""


class Pipeline:
    """Call in this order: ``import_archive``, ``until_visible``, ``until_folded``."""

    def __init__(
        self, platform: Platform, tenant: Tenant, archive: Archive, client: MongoClient[Any]
    ) -> None:
        namespace = platform.settings.namespace
        self._platform = platform
        self._tenant = tenant
        self._archive = archive
        self._ingest = client[f"{namespace}_ingest"]
        self._workflow = client[f"{namespace}_workflow"]
        self._reporting = client[f"{namespace}_reporting"]
        self._began = 0.0

    def import_archive(self, channel: str) -> Future[float]:
        """`rostrum import` as an operator runs it, with the seconds it took; the clock starts now."""
        settings = self._platform.settings
        told = {
            "ROSTRUM_MODE": settings.mode.value,
            "ROSTRUM_HOME": str(settings.home),
            "ROSTRUM_PORT": str(settings.port),
            "ROSTRUM_NAMESPACE": settings.namespace,
        }
        command = [sys.executable, "-m", "stack.cli", "import", str(self._archive.path)]
        command += ["-o", self._tenant.slug, "-c", channel]
        self._began = monotonic()
        pool = ThreadPoolExecutor(1)
        future = pool.submit(self._run, command, {**inherited(), **told})
        pool.shutdown(wait=False)
        return future

    def _run(self, command: list[str], environment: dict[str, str]) -> float:
        done = subprocess.run(
            command, env=environment, capture_output=True, timeout=PATIENCE, check=False
        )
        assert done.returncode == 0, (done.stdout + done.stderr).decode()
        return monotonic() - self._began

    def until_visible(self) -> float:
        """Seconds until the message that was stored last is answered by GraphQL."""
        mentions, rows = self._workflow["mentions"], self._archive.rows
        self._wait(lambda: mentions.estimated_document_count() >= rows)
        (last,) = mentions.find({}, {"_id": 1}).sort("$natural", -1).limit(1)
        ident = public_id("Mention", last["_id"])
        self._wait(lambda: self._tenant.admin.api.ask(SEEN, id=ident)["node"])
        return monotonic() - self._began

    def until_folded(self) -> float:
        """Seconds until the report counts every message."""
        facts = self._workflow["outbox"].count_documents({"topic": "workflow.conversations"})
        log = self._reporting["fact_log"]
        self._wait(lambda: log.estimated_document_count() >= facts)
        self._wait(lambda: self._reported() >= self._archive.rows)
        return monotonic() - self._began

    def conversations(self) -> int:
        """How many conversations hold the messages now."""
        return self._workflow["conversations"].count_documents({"merged_into_id": None})

    def facts(self) -> int:
        """How many facts workflow spoke of them."""
        return self._workflow["outbox"].count_documents({"topic": "workflow.conversations"})

    def arrivals_relayed_in(self) -> float:
        """Seconds from the first arrival's storing to the last one's mark."""
        return _span(self._ingest["arrivals"], "$relay.sent_at")

    def facts_relayed_in(self) -> float:
        """The same of workflow's facts."""
        return _span(self._workflow["outbox"], "$sent_at")

    def _reported(self) -> int:
        days = {"from": self._archive.first_day, "to": self._archive.last_day}
        total = self._tenant.admin.api.ask(REPORT, **days)["report"]["total"]
        return int(total["mentions"])

    def _wait(self, condition: Any) -> None:
        eventually(condition, within_s=PATIENCE, every_s=LOOK)


def _span(collection: Any, sent: str) -> float:
    group = {"_id": None, "first": {"$min": "$created_at"}, "last": {"$max": sent}}
    (found,) = collection.aggregate([{"$group": group}])
    first: datetime = found["first"]
    last: datetime = found["last"]
    return (last - first).total_seconds()
