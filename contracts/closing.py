"""Whether a window of the calendar keeps a publication from going out: asked by owner and readers."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

import msgspec

from contracts.permissions import ScopeKind
from contracts.workflow.calendar import WindowKind


class Publication(msgspec.Struct, frozen=True, kw_only=True):
    """What windows look at; ``lineage``: the unit and all units above it."""

    content_id: str
    channel_id: str
    lineage: tuple[str, ...]
    tags: tuple[str, ...]


class Window(Protocol):
    """A window as its owner stores it, and as others read it."""

    @property
    def kind(self) -> str: ...
    @property
    def scope(self) -> str: ...
    @property
    def scope_id(self) -> str | None: ...
    @property
    def starts_at(self) -> datetime: ...
    @property
    def ends_at(self) -> datetime: ...
    @property
    def tags(self) -> Collection[str]: ...
    @property
    def exempt_content_ids(self) -> Collection[str]: ...
    @property
    def exempt_channel_ids(self) -> Collection[str]: ...
    @property
    def exempt_unit_ids(self) -> Collection[str]: ...
    @property
    def is_active(self) -> bool: ...


def holds(window: Window, what: Publication, at: datetime) -> bool:
    """Whether this publication may not go out at this instant because of the window."""
    return (
        window.is_active
        and window.starts_at <= at < window.ends_at
        and _reaches(window, what)
        and not _exempts(window, what)
        and (window.kind == WindowKind.BLACKOUT or _speaks_of(window, what.tags))
    )


def _reaches(window: Window, what: Publication) -> bool:
    match window.scope:
        case ScopeKind.UNIT:
            return window.scope_id in what.lineage
        case ScopeKind.CHANNEL:
            return window.scope_id == what.channel_id
        case _:
            return True


def _exempts(window: Window, what: Publication) -> bool:
    return (
        what.content_id in window.exempt_content_ids
        or what.channel_id in window.exempt_channel_ids
        or bool(set(what.lineage) & set(window.exempt_unit_ids))
    )


def _speaks_of(window: Window, tags: Collection[str]) -> bool:
    return bool({tag.casefold() for tag in tags} & {tag.casefold() for tag in window.tags})
