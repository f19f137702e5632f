"""What `rostrum prepare` makes for ingest: collections, indexes, migrations."""

from services.ingest.bootstrap import PLAN

__all__ = ["PLAN"]
