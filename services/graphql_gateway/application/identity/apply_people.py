"""What the gateway does when people join and leave (facts of workflow's organizations)."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from chassis.ports import BatchWork, Change, Delivered, Entity
from contracts.workflow.organizations import PersonAdded, PersonDeactivated
from services.graphql_gateway.domain.credentials import (
    INSTALLATION,
    INVITATION_LIFE,
    Account,
    ApiKey,
    Invitation,
    Membership,
    Session,
)


def apply_people(delivered: Sequence[Delivered], batch: BatchWork) -> None:
    """Accounts, memberships and invitations for who joined; nothing opens any more for who left."""
    _People(batch).apply(delivered)


class _People:
    """Folds a batch in memory: an entity is written once, however many facts speak of it."""

    def __init__(self, batch: BatchWork) -> None:
        self._batch = batch
        self._changed: dict[tuple[str, str], Entity] = {}
        self._new: set[tuple[str, str]] = set()

    def apply(self, delivered: Sequence[Delivered]) -> None:
        for each in delivered:
            if isinstance(each.fact, PersonAdded):
                self._added(each.envelope.org_id, each.fact)
            elif isinstance(each.fact, PersonDeactivated):
                self._left(each.envelope.org_id, each.fact)
        changes = [
            Change(entity=entity, is_new=place in self._new, reason="a person joined or left")
            for place, entity in self._changed.items()
        ]
        if changes:
            self._batch.write(changes)

    def _added(self, org_id: str, fact: PersonAdded) -> None:
        account = self._account(fact.account_id) or self._new_account(fact)
        if account.is_in(org_id):
            return
        self._put(account.joined(Membership(org_id=org_id, person_id=fact.person_id)))
        ident = self._batch.ids.derived("invitation", org_id, fact.person_id)
        known = self._batch.load(Invitation, org_id, [ident]).get(ident)
        if known is None:
            self._put(self._invitation(ident, org_id, fact), is_new=True)
        else:
            self._put(msgspec.structs.replace(known, accepted_at=None, token_hash=None))

    def _left(self, org_id: str, fact: PersonDeactivated) -> None:
        account = self._account(fact.account_id)
        if account is not None:
            self._put(account.left(org_id))
        now = self._batch.now
        person = {"person_id": fact.person_id, "revoked_at": None}
        for session in self._batch.find(Session, org_id, **person):
            self._put(session.revoked(now, "the person left"))
        for key in self._batch.find(ApiKey, org_id, **person):
            self._put(key.revoked(now))

    def _account(self, ident: str) -> Account | None:
        known = self._changed.get((INSTALLATION, ident))
        if isinstance(known, Account):
            return known
        return self._batch.load(Account, INSTALLATION, [ident]).get(ident)

    def _new_account(self, fact: PersonAdded) -> Account:
        self._new.add((INSTALLATION, fact.account_id))
        return Account(
            id=fact.account_id,
            org_id=INSTALLATION,
            email=fact.email,
            created_at=self._batch.now,
        )

    def _invitation(self, ident: str, org_id: str, fact: PersonAdded) -> Invitation:
        return Invitation(
            id=ident,
            org_id=org_id,
            account_id=fact.account_id,
            person_id=fact.person_id,
            email=fact.email,
            created_at=self._batch.now,
            expires_at=self._batch.now + INVITATION_LIFE,
        )

    def _put(self, entity: Entity, *, is_new: bool = False) -> None:
        place = (entity.org_id, entity.id)
        self._changed[place] = entity
        if is_new:
            self._new.add(place)
