"""An organization of the running platform for judges to look at, and its API key."""

from __future__ import annotations

import pytest

from tests.support.programs import Program


@pytest.fixture(scope="session")
def api_key(program: Program) -> str:
    """A key of an admin."""
    admin = program.tenant("judged").admin.api
    return str(admin.done("apiKeyCreate", {"name": "judge"}, "secret")["secret"])
