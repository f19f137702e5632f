"""An office for every story."""

import pytest

from tests.unit.workflow_policies.desk import Desk


@pytest.fixture
def desk() -> Desk:
    """An office with nothing published."""
    return Desk()
