"""What `rostrum prepare` makes for workflow: collections, indexes, migrations."""

from services.workflow.bootstrap import PLAN

__all__ = ["PLAN"]
