"""Dead-lettering has a limit, past which the consumer stops and the alarm rings (STYLE 14)."""

from __future__ import annotations

from chassis.consumer.settings import LimitSettings
from chassis.errors import RostrumError


class TooManyDeadLetters(RostrumError):  # noqa: N818
    """Too much is unreadable to be the facts' fault: stop before the topic is drained."""


class LetterLimit:
    """Counts, and says stop. ``on_probation``: it stopped a moment ago, so one is too many."""

    def __init__(self, settings: LimitSettings, *, on_probation: bool) -> None:
        self._settings = settings
        self._seen = 0.0
        self._bad = 0.0
        self._well = 0
        self.on_probation = on_probation

    def require(self, bad: int, seen: int) -> None:
        """TooManyDeadLetters if so many more, of so many more facts, are too many."""
        if not bad:
            return
        letters, facts = self._bad + bad, self._seen + seen
        is_over = letters > self._settings.floor and letters > self._settings.ratio * facts
        if is_over or self.on_probation:
            sentence = f"{letters:.0f} of the last {facts:.0f} facts cannot be handled: stopping"
            raise TooManyDeadLetters(sentence)

    def note(self, bad: int, seen: int) -> None:
        """These were handled and stored; old ones count half with every window."""
        self._bad += bad
        self._seen += seen
        self._well = 0 if bad else self._well + seen
        if self._well >= self._settings.trust:
            self.on_probation = False
        if self._seen > self._settings.window:
            self._seen, self._bad = self._seen / 2, self._bad / 2
