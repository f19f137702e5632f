"""How much of a fault: full figures, bounded in time, added up over runs by seed."""

from __future__ import annotations

import os

from tests.faults.record import so_far

SECONDS = float(os.environ.get("FAULTS_S", "900"))
"""How long one run may take; what is left is done by the next one."""
LIMIT = SECONDS + 600
"""A test that takes longer hangs: the run itself, and time to judge what it left."""


def left_of(name: str, full: int) -> tuple[int, int]:
    """How much is left of a full figure (all of it, once it is reached), and the seed to use."""
    before, seed = so_far(name)
    return (full - int(before) if before < full else full), seed
