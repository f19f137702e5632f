"""The same prepared database as for orders."""

from tests.integration.workflow_organizations.conftest import factory, office

__all__ = ["factory", "office"]
