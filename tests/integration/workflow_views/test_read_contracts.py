"""Workflow is held to its read contracts: what its own orders store, the views can read."""

from __future__ import annotations

import re
from typing import Any

import msgspec
import pytest

from chassis.mongo.factory import WorkFactory
from contracts import catalog as _catalog  # noqa: F401 - importing it fills VIEWS
from contracts.views import VIEWS, View, stored_fields
from contracts.views.flow import DeadLetterView
from services.workflow.bootstrap import PLAN
from tests.integration.workflow_views.story import Story
from tests.unit.workflow_organizations.office import AnyOffice

OWN = {
    name: view
    for (owner, name), view in VIEWS.items()
    if owner == "workflow" and not issubclass(view, DeadLetterView)
}
"""What workflow's own orders store; dead letters are the runtime's, held by its own test."""


def decoded(view: type[View], document: dict[str, Any]) -> View:
    """The document as the gateway sees it; every field of the view has to be stored."""
    missing = set(stored_fields(view)) - set(document)
    assert not missing, f"{view.COLLECTION} lacks {sorted(missing)}"
    return msgspec.convert({**document, "id": document["_id"]}, view)


def test_every_stored_document_is_what_its_view_says(
    office: AnyOffice, factory: WorkFactory
) -> None:
    Story(office, factory).tell()

    for name, view in OWN.items():
        documents = list(factory.database[name].find({"org_id": office.org_id}))
        assert documents, f"the story stores nothing in {name}"
        for document in documents:
            decoded(view, document)


def promised_indexes(view: type[View]) -> list[list[str]]:
    """The indexes that a view's docstring promises, as lists of stored names."""
    found = re.findall(r"\((org_id[^)]*)\)", view.__doc__ or "")
    return [[part.strip() for part in text.split(",")] for text in found]


@pytest.mark.parametrize("name", sorted(OWN))
def test_every_promised_index_is_made(name: str) -> None:
    made = [list(index.document["key"]) for index in PLAN.indexes()[name]]

    assert promised_indexes(OWN[name])
    for promised in promised_indexes(OWN[name]):
        assert promised in made, f"{name} has no index on {promised}; it has {made}"
