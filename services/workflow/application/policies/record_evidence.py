"""Ingest tells what it saw at a link."""

from __future__ import annotations

import msgspec

from chassis.ports import Work
from contracts.commands import Done
from contracts.workflow.policies import RecordEvidence
from services.workflow.domain.policies.entities import LinkSeen

LONGEST_PROBLEM = 200


def record_evidence(command: RecordEvidence, work: Work) -> Done:
    """The latest look counts; an older one that comes late changes nothing."""
    seen = work.get(LinkSeen, command.evidence_id)
    if seen.looked_at is not None and seen.looked_at >= command.looked_at:
        return Done(id=seen.id, rev=seen.rev)
    after = msgspec.structs.replace(
        seen,
        looked_at=command.looked_at,
        status=command.status,
        final_url=command.final_url,
        problem=command.problem[:LONGEST_PROBLEM],
    )
    stored = work.save(after)
    return Done(id=stored.id, rev=stored.rev)
