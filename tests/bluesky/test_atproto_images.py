"""Images on a real server: shown with their words, stored once, changed by an edit."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from chassis.outbound import OutboundClient
from contracts.workflow.content import Media
from contracts.workflow.deliveries import DeliveryAction, Outcome
from services.ingest.connectors.atproto import CONNECTOR
from services.ingest.domain.connections.access import Access
from tests.bluesky.server import BlueskyServer, Holder
from tests.bluesky.test_atproto_connector import a_post, access, holder, http, server
from tests.support.media import an_image

__all__ = ["access", "holder", "http", "server"]
pytestmark = [pytest.mark.bluesky, pytest.mark.timeout(120)]


def test_images_are_shown_with_their_words_and_an_edit_changes_them(
    server: BlueskyServer, holder: Holder, access: Access, http: OutboundClient
) -> None:
    first, other = an_image("PNG"), an_image("JPEG", size=(20, 20))
    post = a_post("d-7", **attached(first, "The bridge at noon."))
    sent = [CONNECTOR.send(access, post, http) for _ in range(2)]
    assert {one.outcome for one in sent} == {Outcome.CONFIRMED}
    (record,) = server.records(holder)
    (shown,) = record["value"]["embed"]["images"]
    assert shown["alt"] == "The bridge at noon."
    assert server.blob(holder, shown["image"]["ref"]["$link"]) == first
    change = {"action": DeliveryAction.EDIT, "target_external_id": sent[0].external_id}
    edit = a_post("d-7b", **change, **attached(other, "The bridge at night."))
    assert CONNECTOR.read_back(access, edit, http).outcome is Outcome.ABSENT
    assert CONNECTOR.send(access, edit, http).outcome is Outcome.CONFIRMED
    assert CONNECTOR.read_back(access, edit, http).outcome is Outcome.CONFIRMED
    (record,) = server.records(holder)
    (shown,) = record["value"]["embed"]["images"]
    assert server.blob(holder, shown["image"]["ref"]["$link"]) == other


def attached(content: bytes, alt_text: str) -> dict[str, Any]:
    """A post's media with their bytes."""
    sha256 = hashlib.sha256(content).hexdigest()
    kind = "image/png" if content.startswith(b"\x89PNG") else "image/jpeg"
    media = (Media(hash=sha256, content_type=kind, alt_text=alt_text),)
    return {"media": media, "files": {sha256: content}}
