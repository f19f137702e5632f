"""What the gateway's use cases need of the world."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeVar

import msgspec

from chassis.ports import Actor, ActorKind, BatchWork, Clock, Entity, Ids, Work
from services.graphql_gateway.domain.credentials import ApiKey

T = TypeVar("T")
E = TypeVar("E", bound=Entity)


class Reads(Protocol):
    """What is committed."""

    def first(self, kind: type[E], **equals: Any) -> E | None:
        """The first entity whose fields equal these."""
        ...


class Units(Protocol):
    """Runs units of work in one organization; ``chassis.mongo`` and its memory twin do."""

    def run(self, actor: Actor, org_id: str, fn: Callable[[Work], T]) -> T:
        """One transaction; ``fn`` may run many times."""
        ...

    def reader(self, org_id: str) -> Reads:
        """Reads of one organization outside of a transaction."""
        ...

    def run_batch(self, fn: Callable[[BatchWork], T]) -> T:
        """One transaction over many organizations, acting as the service."""
        ...


class Passwords(Protocol):
    """Slow hashes of passwords."""

    def hashed(self, password: str) -> str:
        """A new hash with its own salt."""
        ...

    def matches(self, password: str, kept: str | None) -> bool:
        """Takes the same time whether there is a hash or not."""
        ...


class Secrets(Protocol):
    """Where secrets come from."""

    def new(self) -> str:
        """43 characters of base64url without ``_`` and ``~``: 32 random bytes."""
        ...


class AccessTokens(Protocol):
    """Signs and reads access tokens."""

    def sign(self, actor: Actor) -> str:
        """A token for 10 minutes."""
        ...

    def read(self, token: str) -> Actor:
        """Who it speaks of. Raises Refusal Unauthenticated or TokenExpired."""
        ...


class Throttle(Protocol):
    """Slows down who guesses."""

    def check(self, who: str) -> None:
        """Raises Refusal RateLimited after too many failures."""
        ...

    def failed(self, who: str) -> None:
        """Count one failure."""
        ...


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """An organization as a choice at sign-in."""

    id: str
    slug: str
    name: str


class Organizations(Protocol):
    """Names of organizations, from workflow's read contract."""

    def places(self, org_ids: Sequence[str]) -> list[Place]:
        """Those that exist, in order."""
        ...


class Keys(Protocol):
    """The one look-up across organizations: an API key by its id."""

    def by_id(self, ident: str) -> ApiKey | None:
        """The key, whoever's it is."""
        ...

    def used(self, key: ApiKey) -> None:
        """Note the use, at most once a minute; may be lost."""
        ...


class Stored(Protocol):
    """Where bytes were put."""

    @property
    def sha256(self) -> str: ...
    @property
    def size(self) -> int: ...


class Blobs(Protocol):
    """Bytes by organization and SHA-256; ``chassis.blobs`` and its memory twin."""

    def put(self, org_id: str, content: bytes) -> Stored:
        """Durable when it returns; OSError if the store cannot be written."""
        ...

    def get(self, org_id: str, sha256: str) -> bytes:
        """The bytes; Refusal NotFound."""
        ...

    def delete(self, org_id: str, sha256: str) -> bool:
        """Whether it was there."""
        ...


class Identity(msgspec.Struct, frozen=True):
    """Everything the use cases of sign-in are handed."""

    units: Units
    clock: Clock
    ids: Ids
    passwords: Passwords
    secrets: Secrets
    tokens: AccessTokens
    throttle: Throttle
    organizations: Organizations
    keys: Keys


def the_gateway() -> Actor:
    """The gateway itself, where nobody has signed in yet."""
    return Actor(kind=ActorKind.SERVICE, account_id="graphql_gateway", source="graphql_gateway")
