"""Internal tokens: who acts, shown by one service to another; alive for 30 seconds (rule 3).

JWT with HS256 (RFC 7519, RFC 8725: one algorithm, issuer, audience and expiry are required). The
key is shared by the services of one installation and never leaves them.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

import jwt
import msgspec

from chassis.clock import SystemClock
from chassis.errors import Refusal, RefusalCode
from chassis.ports import Actor, Clock

ISSUER: Final = "rostrum"
LIFETIME_SECONDS: Final = 30
LEEWAY_SECONDS: Final = 5
"""How far the clocks of two machines may be apart."""
_ALGORITHM: Final = "HS256"
_REQUIRED: Final = ["iss", "aud", "sub", "iat", "exp"]
_OPTIONS: Final[Any] = {
    "require": _REQUIRED,
    # The injected clock judges the times, below.
    "verify_exp": False,
    "verify_iat": False,
    "verify_nbf": False,
}


class InternalSigner:
    """Makes tokens; held by whoever sends commands."""

    def __init__(self, key: str, clock: Clock) -> None:
        self._key = key
        self._clock = clock

    def sign(self, actor: Actor, audience: str) -> str:
        """A token that only the service ``audience`` accepts, for 30 seconds."""
        issued = int(self._clock.now().timestamp())
        claims = {
            "iss": ISSUER,
            "aud": audience,
            "sub": actor.account_id,
            "iat": issued,
            "exp": issued + LIFETIME_SECONDS,
            "actor": msgspec.to_builtins(actor),
        }
        return jwt.encode(claims, self._key, algorithm=_ALGORITHM)


class InternalVerifier:
    """Accepts tokens for one audience; everything that is not exactly right is refused."""

    def __init__(self, key: str, audience: str, clock: Clock | None = None) -> None:
        self._key = key
        self._audience = audience
        self._clock = clock or SystemClock()

    def verify(self, token: str) -> Actor:
        """Who acts. Raises Refusal Unauthenticated or TokenExpired."""
        claims = self._claims(token)
        try:
            _check_times(claims, self._clock.now())
            actor = msgspec.convert(claims["actor"], Actor)
        except (KeyError, TypeError, msgspec.ValidationError):
            raise _unauthenticated() from None
        if actor.account_id != claims["sub"]:
            raise _unauthenticated()
        return actor

    def _claims(self, token: str) -> dict[str, Any]:
        try:
            return jwt.decode(
                token,
                self._key,
                algorithms=[_ALGORITHM],
                audience=self._audience,
                issuer=ISSUER,
                options=_OPTIONS,
            )
        except jwt.InvalidTokenError:
            raise _unauthenticated() from None


def _check_times(claims: dict[str, Any], now: datetime) -> None:
    issued, expires = claims["iat"], claims["exp"]
    if type(issued) is not int or type(expires) is not int:
        raise _unauthenticated()
    moment = now.timestamp()
    if expires - issued > LIFETIME_SECONDS or issued > moment + LEEWAY_SECONDS:
        raise _unauthenticated()
    if moment >= expires + LEEWAY_SECONDS:
        raise Refusal(RefusalCode.TOKEN_EXPIRED, "The internal token has expired.")


def _unauthenticated() -> Refusal:
    return Refusal(RefusalCode.UNAUTHENTICATED, "A valid internal token is needed.")
