"""What the gateway keeps of people and programs: accounts, sessions, keys, invitations.

Secrets are kept as hashes only. A secret is 32 random bytes, so one SHA-256 is as good as a slow
hash; a password is not, so it is Argon2 (adapters/passwords).

Written forms: access token = JWT; refresh token ``rst_ref_<org>~<session>~<secret>``; API key
``rst_live_<id>_<secret>``; invitation ``rst_inv_<org>~<invitation>~<secret>``.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta
from typing import Final

import msgspec

from chassis.ports import Entity
from contracts.permissions import Permission

INSTALLATION: Final = "installation"
"""Stands for an organization where a document belongs to none: accounts, and operators' sessions."""
ACCESS_LIFE: Final = timedelta(minutes=10)
SESSION_LIFE: Final = timedelta(days=30)
INVITATION_LIFE: Final = timedelta(days=14)
REFRESH: Final = "rst_ref_"
LIVE: Final = "rst_live_"
INVITE: Final = "rst_inv_"
REMEMBERED: Final = 20
"""How many used refresh secrets a session knows, to tell theft from noise."""
SHORTEST_PASSWORD: Final = 12


class Membership(msgspec.Struct, frozen=True, kw_only=True):
    """An account's place in one organization.

    It opens nothing until whoever holds the account has accepted this organization's invitation:
    addresses are shared by organizations, and none of them may decide about another one's doors.
    """

    org_id: str
    person_id: str
    is_active: bool = False


class Account(Entity, frozen=True, kw_only=True):
    """One e-mail address of the installation. ``org_id`` is INSTALLATION."""

    email: str
    password_hash: str | None = None
    is_operator: bool = False
    memberships: tuple[Membership, ...] = ()
    created_at: datetime

    @property
    def active(self) -> tuple[Membership, ...]:
        """Where the account is a member now."""
        return tuple(each for each in self.memberships if each.is_active)

    def joined(self, place: Membership) -> Account:
        """With this membership, new or renewed."""
        others = [each for each in self.memberships if each.org_id != place.org_id]
        return msgspec.structs.replace(self, memberships=(*others, place))

    def entered(self, org_id: str) -> Account:
        """With the membership of this organization accepted; unchanged if there is none."""
        places = (
            msgspec.structs.replace(each, is_active=True) if each.org_id == org_id else each
            for each in self.memberships
        )
        return msgspec.structs.replace(self, memberships=tuple(places))

    def is_in(self, org_id: str) -> bool:
        """Whether it has an accepted membership there."""
        return any(each.org_id == org_id for each in self.active)

    def left(self, org_id: str) -> Account:
        """Without standing in this organization; the membership stays as a record."""
        places = (
            msgspec.structs.replace(each, is_active=False) if each.org_id == org_id else each
            for each in self.memberships
        )
        return msgspec.structs.replace(self, memberships=tuple(places))


class Session(Entity, frozen=True, kw_only=True):
    """One sign-in. ``used_hashes`` are refresh secrets that were exchanged already."""

    account_id: str
    person_id: str | None
    refresh_hash: str
    used_hashes: tuple[str, ...] = ()
    created_at: datetime
    last_used_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None
    reason: str = ""

    def is_live(self, now: datetime) -> bool:
        """Whether it still carries somebody."""
        return self.revoked_at is None and now < self.expires_at

    def exchanged(self, new_hash: str, now: datetime) -> Session:
        """After one refresh: the old secret is used up."""
        used = (*self.used_hashes, self.refresh_hash)[-REMEMBERED:]
        return msgspec.structs.replace(
            self, refresh_hash=new_hash, used_hashes=used, last_used_at=now
        )

    def revoked(self, now: datetime, reason: str) -> Session:
        """Ended; the first end counts."""
        if self.revoked_at is not None:
            return self
        return msgspec.structs.replace(self, revoked_at=now, reason=reason)


class ApiKey(Entity, frozen=True, kw_only=True):
    """A credential for programs; acts for a person, with ``scopes`` at most."""

    account_id: str
    person_id: str
    name: str
    secret_hash: str
    scopes: tuple[Permission, ...] | None = None
    created_at: datetime
    expires_at: datetime | None = None
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None

    def is_live(self, now: datetime) -> bool:
        """Whether it still opens anything."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)

    def revoked(self, now: datetime) -> ApiKey:
        """Ended; the first end counts."""
        if self.revoked_at is not None:
            return self
        return msgspec.structs.replace(self, revoked_at=now)


class Invitation(Entity, frozen=True, kw_only=True):
    """A member who has not chosen a password yet. A new link makes the one before worthless."""

    account_id: str
    person_id: str
    email: str
    token_hash: str | None = None
    created_at: datetime
    expires_at: datetime
    accepted_at: datetime | None = None

    def is_open(self, now: datetime) -> bool:
        """Whether its link works."""
        return self.token_hash is not None and self.accepted_at is None and now < self.expires_at


def hashed(secret: str) -> str:
    """What is kept of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def matches(secret: str, kept: str | None) -> bool:
    """Compared in constant time."""
    return kept is not None and hmac.compare_digest(hashed(secret), kept)


def compound(prefix: str, org_id: str, ident: str, secret: str) -> str:  # noqa: PLR0917 - one token
    """A token that says where to look before anything is looked up."""
    return f"{prefix}{org_id}~{ident}~{secret}"


def parts(token: str, prefix: str) -> tuple[str, str, str] | None:
    """(organization, id, secret) of a compound token; None if it is none."""
    if not token.startswith(prefix):
        return None
    found = token.removeprefix(prefix).split("~")
    return (found[0], found[1], found[2]) if len(found) == 3 and all(found) else None


def key_text(ident: str, secret: str) -> str:
    """An API key as it is shown, once; the id without hyphens, so that ``_`` parts it."""
    return f"{LIVE}{ident.replace('-', '')}_{secret}"


def key_parts(text: str) -> tuple[str, str] | None:
    """(id, secret) of an API key; None if it is none."""
    plain, _, secret = text.removeprefix(LIVE).partition("_")
    if not text.startswith(LIVE) or len(plain) != 32 or not secret or not plain.isalnum():
        return None
    cuts = (plain[:8], plain[8:12], plain[12:16], plain[16:20], plain[20:])
    return "-".join(cuts), secret
