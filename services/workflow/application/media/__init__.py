"""The use cases of attached files."""

from __future__ import annotations

from typing import Final

from chassis.ports import TimerHandler, UseCase
from contracts.commands import Command
from contracts.workflow.media import AddMedia
from services.workflow.application.governance.target import TargetOf, anywhere
from services.workflow.application.media.add_media import add_media

HANDLERS: Final[dict[type[Command], UseCase]] = {AddMedia: add_media}
TARGETS: Final[dict[type[Command], TargetOf]] = {AddMedia: anywhere}
TIMERS: Final[dict[str, TimerHandler]] = {}
