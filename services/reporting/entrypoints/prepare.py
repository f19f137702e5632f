"""What `rostrum prepare` makes for reporting: collections, indexes, migrations."""

from services.reporting.bootstrap import PLAN

__all__ = ["PLAN"]
