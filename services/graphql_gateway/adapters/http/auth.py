"""POST /auth/...: sign in, refresh, accept an invitation, sign out."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import msgspec
from flask import Blueprint, Response, request

from chassis.http.doors import current_actor, guarded
from chassis.ports import Actor
from contracts.refusals import Refusal, RefusalCode
from services.graphql_gateway.application.identity.invitation import accept
from services.graphql_gateway.application.identity.refresh import refresh
from services.graphql_gateway.application.identity.sign_in import sign_in
from services.graphql_gateway.application.identity.sign_out import sign_out
from services.graphql_gateway.application.identity.tokens import SignedIn
from services.graphql_gateway.application.ports import Identity

PUBLIC_ROUTES = ("/auth/sign-in", "/auth/refresh", "/auth/accept")
LARGEST_BODY = 16_384


class SignInBody(msgspec.Struct, frozen=True):
    """``organization`` is a slug, needed by who belongs to several."""

    email: str
    password: str
    organization: str | None = None


class RefreshBody(msgspec.Struct, frozen=True):
    """The refresh token of the last answer."""

    refresh_token: str


class AcceptBody(msgspec.Struct, frozen=True):
    """The token of an invitation link, and the password its holder chose."""

    token: str
    password: str


B = TypeVar("B", bound=msgspec.Struct)


def auth_blueprint(identity: Identity, authenticate: Callable[[str], Actor]) -> Blueprint:
    """The doors of sign-in. All answers are JSON; refusals are problem documents."""
    blueprint = Blueprint("auth", __name__, url_prefix="/auth")

    @blueprint.post("/sign-in")
    def take_sign_in() -> Response:
        body = _body(SignInBody)
        source = request.remote_addr or ""
        return _tokens(
            sign_in(
                identity,
                email=body.email,
                password=body.password,
                organization=body.organization,
                source=source,
            )
        )

    @blueprint.post("/refresh")
    def take_refresh() -> Response:
        return _tokens(refresh(identity, _body(RefreshBody).refresh_token))

    @blueprint.post("/accept")
    def take_accept() -> Response:
        body = _body(AcceptBody)
        return _tokens(accept(identity, token=body.token, password=body.password))

    @blueprint.post("/sign-out")
    @guarded(lambda asked: authenticate(asked.headers.get("Authorization", "")))
    def take_sign_out() -> Response:
        sign_out(identity, current_actor())
        return Response(status=204)

    return blueprint


def _body(kind: type[B]) -> B:
    if request.mimetype != "application/json":
        raise Refusal(RefusalCode.UNSUPPORTED_MEDIA, "This is sent as application/json.")
    if (request.content_length or 0) > LARGEST_BODY:
        raise Refusal(RefusalCode.TOO_LARGE, f"At most {LARGEST_BODY} bytes.")
    try:
        return msgspec.json.decode(request.get_data(cache=False), type=kind)
    except msgspec.ValidationError as error:
        raise Refusal(RefusalCode.INVALID_ARGUMENT, f"{error}.") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Refusal(RefusalCode.MALFORMED, "The body is not JSON.") from error


def _tokens(found: SignedIn) -> Response:
    response = Response(msgspec.json.encode(found), content_type="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response
