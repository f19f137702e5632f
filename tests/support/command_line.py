"""`rostrum` as an operator types it, on a running platform."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from stack.platform import Platform


def told(platform: Platform) -> dict[str, str]:
    """The environment in which the command line finds the platform."""
    settings = platform.settings
    return {
        "ROSTRUM_MODE": settings.mode.value,
        "ROSTRUM_HOME": str(platform.home),
        "ROSTRUM_PORT": str(settings.port),
        "ROSTRUM_NAMESPACE": settings.namespace,
        "ROSTRUM_MONGO_URI": settings.mongo_uri or "",
        "ROSTRUM_KAFKA_BOOTSTRAP": ",".join(settings.kafka_bootstrap),
    }


def command(platform: Platform, *words: str) -> subprocess.Popen[str]:
    """A command that was just started; both outputs in one."""
    named = {name: value for name, value in told(platform).items() if value}
    return subprocess.Popen(
        [str(Path(sys.executable).with_name("rostrum")), *words],
        env={**os.environ, **named, "COLUMNS": "200"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def rostrum(platform: Platform, *words: str, expect: int = 0) -> str:
    """What a command printed; it has to end with this code."""
    process = command(platform, *words)
    printed, _ = process.communicate(timeout=90)
    assert process.returncode == expect, printed
    return printed
