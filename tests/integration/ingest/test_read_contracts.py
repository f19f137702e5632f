"""What the gateway reads of ingest is there, in the shape the read contracts say."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from chassis.layout import STANDARD
from chassis.mongo.factory import WorkFactory
from contracts.views import VIEWS, View
from services.ingest.entrypoints.import_archive import importer
from tests.integration.ingest.test_import_archive import a_request, an_archive
from tests.support.ingest import ORG

OURS = {
    collection: view
    for (owner, collection), view in VIEWS.items()
    if owner == "ingest" and collection not in STANDARD
}
"""Those of the runtime, which every service has, are held by the runtime's own tests."""


@pytest.mark.parametrize("collection", sorted(OURS))
def test_every_stored_document_fits_its_view(
    collection: str, units: WorkFactory, tmp_path: Path
) -> None:
    importer(units).run(a_request(an_archive(tmp_path, 5, broken=(2,))), lambda _: None)
    rows = list(units.database[collection].find({"org_id": ORG}))
    assert rows
    view: type[View] = OURS[collection]
    for row in rows:
        row["id"] = row.pop("_id")
        msgspec.convert(row, view)


def test_credentials_are_not_among_them() -> None:
    assert not {"credentials", "data_keys"} & set(OURS)
