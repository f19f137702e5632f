"""Values that may be a little old, in bounded memory."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

V = TypeVar("V")


class Fresh(Generic[V]):
    """Keeps what ``make`` said for ``seconds``; the least recently made leaves first."""

    def __init__(self, seconds: float, monotonic: Callable[[], float], most: int = 10_000) -> None:
        self._seconds, self._monotonic, self._most = seconds, monotonic, most
        self._kept: OrderedDict[str, tuple[float, V]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: str, make: Callable[[], V]) -> V:
        """What is kept, or what ``make`` says now; counted from before it was asked."""
        now = self._monotonic()
        with self._lock:
            found = self._kept.get(key)
        if found is not None and now - found[0] < self._seconds:
            return found[1]
        value = make()
        with self._lock:
            self._kept[key] = (now, value)
            self._kept.move_to_end(key)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return value
