"""Random secrets, slow hashes of passwords, signed access tokens."""

from __future__ import annotations

import secrets
from typing import Any, Final

import jwt
import msgspec
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from chassis.ports import Actor, Clock
from contracts.refusals import Refusal, RefusalCode
from services.graphql_gateway.application.identity.authenticate import unauthenticated
from services.graphql_gateway.domain.credentials import ACCESS_LIFE

ALGORITHM: Final = "HS256"
ISSUER: Final = "rostrum-gateway"
AUDIENCE: Final = "rostrum-people"
_OPTIONS: Final[Any] = {
    "require": ["iss", "aud", "sub", "iat", "exp", "actor"],
    "verify_exp": False,  # the injected clock judges, below
    "verify_iat": False,
}


class RandomSecrets:
    """Secrets of the operating system's generator."""

    def new(self) -> str:
        """32 random bytes in hex."""
        return secrets.token_hex(32)


class Argon2Passwords:
    """Argon2id (RFC 9106). ``hasher`` is the library's recommended parameters unless given."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._nobody = self._hasher.hash(secrets.token_hex(16))

    def hashed(self, password: str) -> str:
        """A new hash with its own salt."""
        return self._hasher.hash(password)

    def matches(self, password: str, kept: str | None) -> bool:
        """Verifies against somebody's or nobody's hash: both take as long."""
        try:
            self._hasher.verify(kept or self._nobody, password)
        except (VerificationError, InvalidHashError):
            return False
        return kept is not None


class JwtAccessTokens:
    """JWT with one algorithm, issuer and audience (RFC 8725)."""

    def __init__(self, key: str, clock: Clock) -> None:
        self._key, self._clock = key, clock

    def sign(self, actor: Actor) -> str:
        """A token for 10 minutes; it names exactly one organization, or none for an operator."""
        issued = int(self._clock.now().timestamp())
        claims = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": actor.account_id,
            "iat": issued,
            "exp": issued + int(ACCESS_LIFE.total_seconds()),
            "actor": msgspec.to_builtins(actor),
        }
        return jwt.encode(claims, self._key, algorithm=ALGORITHM)

    def read(self, token: str) -> Actor:
        """Who it speaks of; everything that is not exactly right is refused."""
        try:
            claims = jwt.decode(
                token,
                self._key,
                algorithms=[ALGORITHM],
                audience=AUDIENCE,
                issuer=ISSUER,
                options=_OPTIONS,
            )
            actor = msgspec.convert(claims["actor"], Actor)
            expires = int(claims["exp"])
        except (jwt.InvalidTokenError, msgspec.ValidationError, ValueError, TypeError):
            raise unauthenticated("This access token is not valid.") from None
        if claims["sub"] != actor.account_id or not actor.session_id:
            raise unauthenticated("This access token is not valid.")
        if self._clock.now().timestamp() >= expires:
            raise Refusal(RefusalCode.TOKEN_EXPIRED, "The access token has expired: refresh it.")
        return actor
