"""Orders whose rule spans several documents take turns."""

from __future__ import annotations

from chassis.ports import Work
from services.workflow.domain.organizations.entities import Organization


def take_turn(work: Work, reason: str) -> None:
    """Write the organization, so that of two such orders at once one runs again from its reads.

    Snapshot isolation alone would let both pass a rule that they break together (write skew). Only
    for rare orders: everybody who takes a turn waits for everybody else.
    """
    work.save(work.get(Organization, work.org_id), reason=reason)
