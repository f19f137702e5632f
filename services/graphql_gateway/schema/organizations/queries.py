"""Root fields of the area organizations."""

from __future__ import annotations

from typing import Final

from services.graphql_gateway.execution.bindings import ById, FieldBinding, Many, Ref

QUERIES: Final[dict[str, FieldBinding]] = {
    "organization": Ref("org_id", "Organization", "The organization the token names."),
    "units": Many("Unit", "The units of the organization.", order="name"),
    "unit": ById("Unit", "One unit."),
    "people": Many("Person", "The people of the organization.", order="name"),
    "person": ById("Person", "One person."),
    "routingRules": Many("RoutingRule", "The routing rules in their order.", order="position"),
}
