"""What orders on corrections store is what their read contracts say."""

from __future__ import annotations

import pytest

from chassis.mongo.factory import WorkFactory
from contracts.views.corrections import (
    CorrectionEntryView,
    CorrectionTaskView,
    CorrectionView,
    LegalHoldView,
)
from contracts.workflow.corrections import PublicCorrection
from tests.integration.workflow_views.corrections import Mistake
from tests.integration.workflow_views.test_read_contracts import decoded
from tests.unit.workflow_organizations.office import AnyOffice


@pytest.mark.parametrize(
    "view", [CorrectionView, CorrectionEntryView, CorrectionTaskView, LegalHoldView]
)
def test_every_stored_document_is_readable(
    office: AnyOffice, factory: WorkFactory, mistaken: Mistake, view: type[CorrectionView]
) -> None:
    assert mistaken.place[0]
    documents = list(factory.database[view.COLLECTION].find({"org_id": office.org_id}))
    assert documents
    for document in documents:
        decoded(view, document)


def test_the_public_part_is_there_once_it_is_approved(
    office: AnyOffice, factory: WorkFactory, mistaken: Mistake
) -> None:
    assert mistaken.place[0]
    (document,) = factory.database["corrections"].find({"org_id": office.org_id})
    found = decoded(CorrectionView, document)
    assert isinstance(found, CorrectionView)
    assert isinstance(found.public, PublicCorrection)
    assert (found.is_public, found.public.number) == (True, 1)
