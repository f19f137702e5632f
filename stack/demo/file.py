"""``$ROSTRUM_HOME/demo.json``: what a script needs to use the demonstration, for its owner only."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec


class DemoUser(msgspec.Struct, kw_only=True):
    """Somebody who can sign in."""

    email: str
    password: str
    roles: list[str]


class DemoOrganizationEntry(msgspec.Struct, kw_only=True):
    """An organization with an API key of its admin."""

    slug: str
    name: str
    api_key: str
    users: list[DemoUser]


class DemoFile(msgspec.Struct, kw_only=True):
    """The addresses of the platform and who may use it."""

    graphql: str
    stream: str
    auth: str
    platform: str
    metrics: list[str]
    organizations: list[DemoOrganizationEntry]
    operator: DemoUser


def demo_path(home: Path) -> Path:
    """Where it lies."""
    return home / "demo.json"


def read_demo_file(home: Path) -> DemoFile | None:
    """What an earlier start wrote, or None."""
    path = demo_path(home)
    return msgspec.json.decode(path.read_bytes(), type=DemoFile) if path.exists() else None


def write_demo_file(home: Path, content: DemoFile) -> None:
    """Written once, whole or not at all, mode 0600."""
    draft = home / "demo.json.new"
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(msgspec.json.format(msgspec.json.encode(content), indent=2))
    draft.rename(demo_path(home))
