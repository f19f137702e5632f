"""Publish a policy or its next version: what it forbids is looked for again when it begins."""

from __future__ import annotations

from datetime import datetime

import msgspec

from chassis.ports import Work
from contracts.refusals import Refusal, RefusalCode
from contracts.workflow.policies import (
    Clause,
    PolicyAnswer,
    PolicyPublished,
    PublishPolicy,
)
from services.workflow.application.policies.rechecking import BEGINS_TIMER, ENDS_TIMER
from services.workflow.domain import wording
from services.workflow.domain.channels.entities import Channel
from services.workflow.domain.organizations.entities import Unit
from services.workflow.domain.people.entities import Person
from services.workflow.domain.policies.entities import Policy, PolicyVersion
from services.workflow.domain.policies.publishing import check_span, clauses_of, ended_by


def publish_policy(command: PublishPolicy, work: Work) -> PolicyAnswer:
    """Refuses BadClause, BadExpression, InvalidTime, NotFound for channels, units and people."""
    starts = command.effective_from or work.now
    check_span(starts, command.effective_to, work.now)
    policy = _policy(command, work)
    clauses = clauses_of(
        command.clauses, lambda number: work.ids.derived("clause", policy.id, number)
    )
    _check_references(clauses, work)
    _end_versions(policy, starts, work)
    version = _version(policy, command, work, clauses=clauses, starts=starts)
    stored = _store(policy, version, work)
    _watch(version, work)
    return PolicyAnswer(policy_id=stored.id, rev=stored.rev, version=stored.version)


def _policy(command: PublishPolicy, work: Work) -> Policy:
    name = wording.line(command.name, "name")
    if command.policy_id is None:
        return Policy(
            id=work.ids.new(),
            org_id=work.org_id,
            name=name,
            owner_id=_owner(command.owner_id or work.actor.person_id, work),
            version=1,
            is_retired=False,
            created_at=work.now,
            updated_at=work.now,
        )
    known = work.get(Policy, command.policy_id)
    if known.is_retired:
        raise Refusal(RefusalCode.WRONG_STATE, "The policy was retired; publish a new one.")
    return msgspec.structs.replace(
        known,
        name=name,
        owner_id=_owner(command.owner_id or known.owner_id, work),
        version=known.version + 1,
        updated_at=work.now,
    )


def _owner(person_id: str | None, work: Work) -> str:
    return work.get(Person, person_id or "").id


def _check_references(clauses: tuple[Clause, ...], work: Work) -> None:
    for channel_id in {ident for clause in clauses for ident in clause.channel_ids}:
        work.get(Channel, channel_id)
    for unit_id in {ident for clause in clauses for ident in clause.unit_ids}:
        work.get(Unit, unit_id)
    for person_id in {clause.owner_id for clause in clauses if clause.owner_id}:
        work.get(Person, person_id)


def _end_versions(policy: Policy, at: datetime, work: Work) -> None:
    if policy.rev:
        for version in ended_by(work.find(PolicyVersion, policy_id=policy.id, is_over=False), at):
            work.save(version, reason="A newer version was published.")


def _version(
    policy: Policy,
    command: PublishPolicy,
    work: Work,
    *,
    clauses: tuple[Clause, ...],
    starts: datetime,
) -> PolicyVersion:
    return PolicyVersion(
        id=work.ids.derived("policy_version", policy.id, str(policy.version)),
        org_id=work.org_id,
        policy_id=policy.id,
        n=policy.version,
        name=policy.name,
        summary=command.summary.strip()[: wording.REASON_LIMIT],
        clauses=clauses,
        effective_from=starts,
        ends_at=command.effective_to,
        is_over=False,
        published_by=work.actor.person_id,
        published_at=work.now,
    )


def _store(policy: Policy, version: PolicyVersion, work: Work) -> Policy:
    work.add(version)
    fact = PolicyPublished(
        policy_id=policy.id,
        name=policy.name,
        version=version.n,
        owner_id=policy.owner_id,
        effective_from=version.effective_from,
        effective_to=version.ends_at,
        clauses=version.clauses,
        published_by=version.published_by,
        summary=version.summary,
    )
    return work.save(policy, fact) if policy.rev else work.add(policy, fact)


def _watch(version: PolicyVersion, work: Work) -> None:
    """Wake up when something changes what is in force: the version, and each of its clauses."""
    work.start_timer(BEGINS_TIMER, version.id, version.effective_from)
    if version.ends_at is not None:
        work.start_timer(ENDS_TIMER, version.id, version.ends_at)
