"""Authorization: who may give which order, decided inside the order's own transaction."""

from services.workflow.application.governance.target import Target

__all__ = ["Target"]
