"""Reads topics without a group, from about now on, and tells the hub."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Final

from chassis import logs
from chassis.broker.ports import Broker, Consumer
from chassis.errors import Unavailable
from contracts.envelope import Unaddressed, from_headers
from contracts.topics import Topic
from services.graphql_gateway.application.live import Hub, heard

AGAIN_SECONDS: Final = 1.0
POLL_SECONDS: Final = 0.5
_log = logs.get(__name__)


class LiveReader:
    """One thread per process while anybody listens; a lost broker is found again."""

    def __init__(self, broker: Broker, topics: Sequence[Topic], hub: Hub) -> None:
        self._broker, self._topics, self._hub = broker, [each.value for each in topics], hub
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to read; nothing if it reads already."""
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="live", daemon=True)
                self._thread.start()

    def close(self) -> None:
        """Stop reading."""
        self._stopping.set()
        thread = self._thread
        if thread is not None:
            thread.join(timeout=POLL_SECONDS * 4)

    def _run(self) -> None:
        while True:
            try:
                self._read()
            except Unavailable as error:
                _log.warning("live reader begins anew", cause=str(error))
            except Exception:  # noqa: BLE001 - a thread that dies would leave every stream silent
                _log.exception("live reader met a bug")
            if self._is_done():
                return
            self._stopping.wait(AGAIN_SECONDS)

    def _is_done(self) -> bool:
        with self._lock:
            if self._hub.count and not self._stopping.is_set():
                return False
            self._thread = None
            return True

    def _read(self) -> None:
        self._broker.ensure_topics(self._topics)
        reader = self._broker.reader(self._topics)
        try:
            self._hub.tell_missed()
            while self._hub.count and not self._stopping.is_set():
                self._hand_on(reader)
        finally:
            reader.close()

    def _hand_on(self, reader: Consumer) -> None:
        for record in reader.poll(500, POLL_SECONDS):
            try:
                envelope = from_headers(record.headers)
            except Unaddressed:
                continue  # durable consumers set it aside; nobody here could be told about it
            self._hub.tell(record.topic, envelope.org_id, heard(envelope))
