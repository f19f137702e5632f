"""Ingest's own settings: a master key of 256 bits, and no way to loopback in production."""

from __future__ import annotations

import pytest

from chassis.errors import BadSettings
from services.ingest.settings import ingest_settings

TOLD = {
    "ROSTRUM_MODE": "production",
    "ROSTRUM_MONGO_URI": "mongodb://db.example",
    "ROSTRUM_KAFKA_BOOTSTRAP": "broker.example:9092",
    "ROSTRUM_TOKEN_KEY": "a-token-key-of-at-least-32-characters",
    "ROSTRUM_AUDIT_KEY": "an-audit-key-of-at-least-32-characters",
    "ROSTRUM_MASTER_KEY": "00112233445566778899aabbccddeeff" * 2,
}


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in TOLD.items():
        monkeypatch.setenv(name, value)


def test_what_is_told_is_enough() -> None:
    assert len(ingest_settings().master_key) == 32


def test_loopback_is_never_visited_in_production(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROSTRUM_OUTBOUND_ALLOW", "127.0.0.1:8418")
    with pytest.raises(BadSettings, match="ROSTRUM_OUTBOUND_ALLOW"):
        ingest_settings()


@pytest.mark.parametrize("key", ["", "short", "z" * 64, "00" * 31])
def test_a_master_key_that_is_none_stops_the_start(
    key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ROSTRUM_MASTER_KEY", key)
    with pytest.raises(BadSettings, match="ROSTRUM_MASTER_KEY"):
        ingest_settings()
