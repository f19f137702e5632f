"""What `rostrum prepare` makes for the gateway: collections, indexes, migrations."""

from services.graphql_gateway.bootstrap import PLAN

__all__ = ["PLAN"]
