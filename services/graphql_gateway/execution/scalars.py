"""Scalars and enumerations of the schema."""

from __future__ import annotations

from datetime import UTC, date, datetime
from enum import StrEnum
from functools import cache
from typing import Any, Final

import graphene
from graphql import GraphQLError, StringValueNode

from contracts.envelope import rfc3339
from services.graphql_gateway.execution.bindings import Kind


class DateTime(graphene.Scalar):
    """An instant as RFC 3339 with milliseconds in UTC: `2026-03-01T09:30:00.000Z`."""

    @staticmethod
    def serialize(value: Any) -> str:
        if not isinstance(value, datetime):
            raise GraphQLError("DateTime cannot represent this value.")
        return rfc3339(value)

    @staticmethod
    def parse_value(value: Any) -> datetime:
        """An offset is required: without it nobody knows which instant is meant."""
        try:
            moment = datetime.fromisoformat(value)
        except (TypeError, ValueError):
            raise GraphQLError("DateTime wants RFC 3339, like 2026-03-01T09:30:00Z.") from None
        if moment.tzinfo is None:
            raise GraphQLError("DateTime wants an offset, like Z or +01:00.")
        return moment

    @classmethod
    def parse_literal(cls, node: Any, _variables: Any = None) -> datetime:
        return cls.parse_value(node.value if isinstance(node, StringValueNode) else None)


class Date(graphene.Scalar):
    """A calendar day in UTC: `2026-03-01`."""

    @staticmethod
    def serialize(value: Any) -> str:
        return value.isoformat() if isinstance(value, date) else str(value)

    @staticmethod
    def parse_value(value: Any) -> date:
        """Only the form with hyphens."""
        try:
            return datetime.strptime(value, "%Y-%m-%d").replace(tzinfo=UTC).date()
        except (TypeError, ValueError):
            raise GraphQLError("Date wants a day, like 2026-03-01.") from None

    @classmethod
    def parse_literal(cls, node: Any, _variables: Any = None) -> date:
        return cls.parse_value(node.value if isinstance(node, StringValueNode) else None)


class JSON(graphene.Scalar):
    """Any JSON value; only in answers."""

    @staticmethod
    def serialize(value: Any) -> Any:
        return value


SCALARS: Final[dict[Kind, Any]] = {
    Kind.TEXT: graphene.String,
    Kind.ID: graphene.ID,
    Kind.WHOLE: graphene.Int,
    Kind.NUMBER: graphene.Float,
    Kind.TRUTH: graphene.Boolean,
    Kind.TIME: DateTime,
    Kind.DAY: Date,
    Kind.JSON: JSON,
}


@cache
def enumeration(values: type[StrEnum]) -> Any:
    """The GraphQL enumeration of a contract's: names in capitals, stored values inside."""
    first = (values.__doc__ or values.__name__).strip()
    return graphene.Enum(
        values.__name__,
        [(each.name, each.value) for each in values],
        description=lambda v: first if v is None else f"Stored as `{v.value}`.",
    )


def graphene_type(of: Kind | type[StrEnum]) -> Any:
    """The graphene type of a scalar or an enumeration."""
    return SCALARS[of] if isinstance(of, Kind) else enumeration(of)
