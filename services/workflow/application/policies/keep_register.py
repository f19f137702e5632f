"""Keep the register of what not to say."""

from __future__ import annotations

import msgspec

from chassis.ports import Work
from contracts.commands import Done
from contracts.refusals import Refusal, RefusalCode
from contracts.workflow.policies import (
    AddRegisterEntry,
    RegisterChanged,
    RemoveRegisterEntry,
    Severity,
)
from services.workflow.application.content.items import person_of
from services.workflow.application.policies.rechecking import recheck_all
from services.workflow.domain import wording
from services.workflow.domain.checks.register import problem_with
from services.workflow.domain.people.entities import Person
from services.workflow.domain.policies.entities import RegisterEntry, RegisterReason


def add_register_entry(command: AddRegisterEntry, work: Work) -> Done:
    """In force at once: everything that waits is looked at again. Refuses BadPattern."""
    problem = problem_with(command.kind, command.text)
    if problem:
        raise Refusal(RefusalCode.BAD_PATTERN, problem, field=("text",))
    if command.severity is Severity.ROUTE:
        raise wording.invalid("An entry stops or warns.", "severity")
    if command.expires_at is not None and command.expires_at <= work.now:
        raise Refusal(RefusalCode.INVALID_TIME, "That time has passed.", field=("expiresAt",))
    entry = _entry(command, work)
    work.add(_reason(entry, command, work))
    stored = work.add(entry, _fact(entry))
    recheck_all(work)
    return Done(id=stored.id, rev=stored.rev)


def _entry(command: AddRegisterEntry, work: Work) -> RegisterEntry:
    return RegisterEntry(
        id=work.ids.new(),
        org_id=work.org_id,
        kind=command.kind,
        text=command.text.strip(),
        reason_class=command.reason_class,
        severity=command.severity,
        safe_line=" ".join(command.safe_line.split())[: wording.REASON_LIMIT],
        cleared_ids=tuple(dict.fromkeys(command.cleared_ids)),
        cleared_may_say=command.cleared_may_say,
        expires_at=command.expires_at,
        is_removed=False,
        created_by=person_of(work),
        created_at=work.now,
    )


def _reason(entry: RegisterEntry, command: AddRegisterEntry, work: Work) -> RegisterReason:
    """Read by the accounts of the cleared people, and by who wrote it."""
    cleared = tuple(dict.fromkeys((*entry.cleared_ids, entry.created_by)))
    accounts = tuple(work.get(Person, person_id).account_id for person_id in cleared)
    return RegisterReason(
        id=entry.id,
        org_id=work.org_id,
        reason=wording.reason(command.reason),
        cleared_ids=cleared,
        cleared_accounts=accounts,
    )


def remove_register_entry(command: RemoveRegisterEntry, work: Work) -> Done:
    """Kept as a record; refused if it was removed before."""
    entry = work.get(RegisterEntry, command.entry_id)
    reason = wording.reason(command.reason)
    if entry.is_removed:
        raise Refusal(RefusalCode.WRONG_STATE, "The entry was removed before.")
    after = msgspec.structs.replace(entry, is_removed=True)
    stored = work.save(after, _fact(after), reason=reason)
    return Done(id=stored.id, rev=stored.rev)


def _fact(entry: RegisterEntry) -> RegisterChanged:
    return RegisterChanged(
        entry_id=entry.id,
        reason_class=entry.reason_class,
        severity=entry.severity,
        expires_at=entry.expires_at,
        is_removed=entry.is_removed,
    )
