"""Errors as clients see them: a code always, a sentence where it is safe to say one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import msgspec
from graphql import GraphQLError

from chassis.errors import Unavailable
from contracts.refusals import Refusal, RefusalCode

MASKED: Final = "Something went wrong here. It was recorded."


class Result(msgspec.Struct, kw_only=True):
    """One answer. ``is_request_error``: nothing was executed (GraphQL over HTTP, 6.4)."""

    data: dict[str, Any] | None = None
    errors: list[dict[str, Any]] = []
    extensions: dict[str, Any] = {}
    is_request_error: bool = False

    def body(self) -> dict[str, Any]:
        """The response map; a request error has no data entry."""
        found: dict[str, Any] = {"errors": self.errors} if self.errors else {}
        if not self.is_request_error:
            found["data"] = self.data
        if self.extensions:
            found["extensions"] = self.extensions
        return found


Report = Callable[[BaseException], None]
"""Told of every error that is a bug of ours, before it is masked."""


def refused(refusal: Refusal) -> Result:
    """A request that is refused as a whole."""
    return Result(errors=[_of_refusal(refusal)], is_request_error=True)


def formatted(errors: Sequence[GraphQLError], report: Report) -> list[dict[str, Any]]:
    """The errors of a response; what nobody meant to say is masked and reported."""
    return [_one(error, report) for error in errors]


def _one(error: GraphQLError, report: Report) -> dict[str, Any]:
    cause = error.original_error
    found = dict(error.formatted)
    while isinstance(cause, GraphQLError):
        cause = cause.original_error
    if isinstance(cause, Refusal):
        return {**found, **_of_refusal(cause)}
    if isinstance(cause, Unavailable):
        sentence = "A part of the platform is out of reach. Try again."
        return {**found, **_said(sentence, RefusalCode.UNAVAILABLE)}
    if cause is not None:
        report(cause)
        return {**found, **_said(MASKED, RefusalCode.INTERNAL)}
    extensions = {"code": RefusalCode.INVALID_ARGUMENT.value, **(error.extensions or {})}
    return {**found, "extensions": extensions}


def _of_refusal(refusal: Refusal) -> dict[str, Any]:
    extensions: dict[str, Any] = {**refusal.data, "code": refusal.code.value}
    if refusal.field:
        extensions["field"] = list(refusal.field)
    return {"message": refusal.sentence, "extensions": extensions}


def _said(sentence: str, code: RefusalCode) -> dict[str, Any]:
    return {"message": sentence, "extensions": {"code": code.value}}
