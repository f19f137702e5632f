"""Grants: how they begin and end, and which of them the organization cannot do without."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import msgspec

from contracts.grants import is_live
from contracts.permissions import Role, ScopeKind
from contracts.refusals import Refusal, RefusalCode
from contracts.workflow.organizations import GrantRevoked, GrantRole, RoleGranted
from services.workflow.domain import wording
from services.workflow.domain.people.entities import Grant
from services.workflow.domain.transition import Transition


def scope_of(command: GrantRole, org_id: str) -> str:
    """The id of what the grant covers; the organization is its own scope."""
    if command.scope is not ScopeKind.ORGANIZATION:
        if command.scope_id is None:
            raise wording.invalid(f"Name the {command.scope} that the role is for.", "scopeId")
        return command.scope_id
    if command.scope_id not in (None, org_id):
        raise wording.invalid("A role on the organization names no other scope.", "scopeId")
    return org_id


def give(
    command: GrantRole, others: Iterable[Grant], *, ident: str, org_id: str, now: datetime
) -> Transition[Grant]:
    """A new grant; ``others`` are the person's grants so far.

    AlreadyExists if one of them gives the same for all of this time.
    """
    _check_period(command, now)
    after = Grant(
        id=ident,
        org_id=org_id,
        person_id=command.person_id,
        role=command.role,
        scope=command.scope,
        scope_id=scope_of(command, org_id),
        starts_at=command.starts_at,
        ends_at=command.ends_at,
        is_revoked=False,
        created_at=now,
    )
    for other in others:
        _check_not_given(other, after)
    return Transition(after, (told(after),))


def told(grant: Grant) -> RoleGranted:
    """The fact of a grant; it is spoken about the person."""
    return RoleGranted(
        grant_id=grant.id,
        person_id=grant.person_id,
        role=grant.role,
        scope=grant.scope,
        scope_id=grant.scope_id,
        starts_at=grant.starts_at,
        ends_at=grant.ends_at,
    )


def revoke(grant: Grant) -> Transition[Grant]:
    """The grant ends now; WrongState if it was revoked before."""
    if grant.is_revoked:
        raise Refusal(
            RefusalCode.WRONG_STATE,
            "This grant has been revoked before.",
            data={"state": "revoked"},
        )
    fact = GrantRevoked(grant_id=grant.id, person_id=grant.person_id)
    return Transition(msgspec.structs.replace(grant, is_revoked=True), (fact,))


def is_lasting_admin(grant: Grant, now: datetime) -> bool:
    """Whether it makes an admin of the whole organization, now and without an end."""
    is_admin = grant.role is Role.ADMIN and grant.scope is ScopeKind.ORGANIZATION
    return is_admin and grant.ends_at is None and is_live(grant, now)


def check_admin_remains(remaining: Iterable[Grant], now: datetime) -> None:
    """Refuses LastAdmin unless one of the remaining grants of active people is a lasting admin's."""
    if not any(is_lasting_admin(grant, now) for grant in remaining):
        raise Refusal(
            RefusalCode.LAST_ADMIN,
            "An organization keeps at least one admin whose role does not end.",
        )


def _check_period(command: GrantRole, now: datetime) -> None:
    for name, moment in (("startsAt", command.starts_at), ("endsAt", command.ends_at)):
        if moment is not None and moment.tzinfo is None:
            raise _bad_time("This time names no zone.", name)
    if command.ends_at is None:
        return
    if command.ends_at <= now:
        raise _bad_time("This has passed.", "endsAt")
    if command.starts_at is not None and command.ends_at <= command.starts_at:
        raise _bad_time("A grant ends after it starts.", "endsAt")


def _bad_time(sentence: str, field: str) -> Refusal:
    return Refusal(RefusalCode.INVALID_TIME, sentence, field=(field,))


def _check_not_given(other: Grant, new: Grant) -> None:
    same = (other.role, other.scope, other.scope_id) == (new.role, new.scope, new.scope_id)
    if same and not other.is_revoked and _spans(other, new):
        raise Refusal(
            RefusalCode.ALREADY_EXISTS,
            "The person holds this role there already.",
            data={"grant_id": other.id},
        )


def _spans(other: Grant, new: Grant) -> bool:
    begins = other.starts_at is None or other.starts_at <= (new.starts_at or new.created_at)
    if other.ends_at is None:
        return begins
    return begins and new.ends_at is not None and new.ends_at <= other.ends_at
