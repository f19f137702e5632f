"""Secrets of an installation: made once with random values, readable by their owner only."""

from __future__ import annotations

import secrets as random
from pathlib import Path
from typing import Final

NAMES: Final = (
    "master_key",
    "token_key",
    "access_key",
    "audit_key",
    "mongod_key_file",
    "mongo_admin",
    "mongo_ingest",
    "mongo_workflow",
    "mongo_reporting",
    "mongo_gateway",
)
"""File names in ``$ROSTRUM_HOME/secrets``; ``mongo_<user>`` are passwords of MongoDB users."""


def secrets_folder(home: Path) -> Path:
    """Where they lie."""
    return home / "secrets"


def make_secrets(home: Path) -> dict[str, str]:
    """Every secret by name; those that are missing are made with 256 random bits and mode 0600."""
    folder = secrets_folder(home)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return {name: _read_or_make(folder / name) for name in NAMES}


def _read_or_make(path: Path) -> str:
    if not path.exists():
        draft = path.with_suffix(".new")
        draft.touch(mode=0o600)
        draft.write_text(random.token_hex(32), encoding="ascii")
        draft.rename(path)
    return path.read_text(encoding="ascii").strip()
