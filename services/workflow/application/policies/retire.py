"""Retire a policy: from now on none of its clauses runs."""

from __future__ import annotations

import msgspec

from chassis.ports import Work
from contracts.refusals import Refusal, RefusalCode
from contracts.workflow.policies import PolicyAnswer, PolicyRetired, RetirePolicy
from services.workflow.application.policies.rechecking import BEGINS_TIMER, ENDS_TIMER
from services.workflow.domain import wording
from services.workflow.domain.policies.entities import Policy, PolicyVersion
from services.workflow.domain.policies.publishing import ended_by


def retire_policy(command: RetirePolicy, work: Work) -> PolicyAnswer:
    """Its versions are kept; refused if it was retired before."""
    policy = work.get(Policy, command.policy_id)
    reason = wording.reason(command.reason)
    if policy.is_retired:
        raise Refusal(RefusalCode.WRONG_STATE, "The policy was retired before.")
    for version in ended_by(work.find(PolicyVersion, policy_id=policy.id, is_over=False), work.now):
        work.stop_timers(version.id, BEGINS_TIMER)
        work.start_timer(ENDS_TIMER, version.id, version.ends_at or work.now)
        work.save(version, reason=reason)
    after = msgspec.structs.replace(policy, is_retired=True, updated_at=work.now)
    stored = work.save(after, PolicyRetired(policy_id=policy.id, reason=reason), reason=reason)
    return PolicyAnswer(policy_id=stored.id, rev=stored.rev, version=stored.version)
