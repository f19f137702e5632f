"""Where an item stands, derived from its deliveries and never stored by hand (DOMAIN 3)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from contracts.workflow.content import ContentState
from contracts.workflow.deliveries import DeliveryState

S = DeliveryState

UNCERTAIN: Final = frozenset({S.UNKNOWN, S.NEEDS_PERSON})
STOPPED: Final = frozenset({S.FAILED, S.CANCELLED})


def derived_state(states: Sequence[DeliveryState]) -> ContentState:
    """Published when all are confirmed; unconfirmed while one is uncertain and none moves on.

    What is held still waits to go out, so the item is publishing and can be revoked.
    """
    found = frozenset(states)
    if found and found <= {S.CONFIRMED}:
        return ContentState.PUBLISHED
    if not found <= UNCERTAIN | STOPPED | {S.CONFIRMED}:
        return ContentState.PUBLISHING
    if found & UNCERTAIN:
        return ContentState.UNCONFIRMED
    return ContentState.PARTIALLY_PUBLISHED if S.CONFIRMED in found else ContentState.FAILED
