"""POST /media takes one file; GET /media/<hash> gives its bytes to who may read content.

A file is the raw body, or the one part named ``file`` of a form. Nothing here is ever a page: the
answer is an attachment that no browser sniffs, runs or frames.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import Final

import msgspec
from flask import Blueprint, Response, request, send_file

from chassis.errors import Unavailable, not_found
from chassis.http.doors import current_actor, guarded
from chassis.metrics import Metrics
from chassis.ports import Actor
from contracts.permissions import Permission
from contracts.refusals import Refusal, RefusalCode
from contracts.views.media import MediaView
from services.graphql_gateway.application.media.keep_media import (
    MediaDesk,
    check_may,
    keep_media,
)
from services.graphql_gateway.application.viewers import Viewers
from services.graphql_gateway.domain.media.kinds import EXTENSIONS, MediaKind
from services.graphql_gateway.execution.reading import Find, Reader
from services.graphql_gateway.metrics import MEDIA_UPLOADS

FORM: Final = "multipart/form-data"
FORM_OVERHEAD: Final = 16_384
"""Bytes of a form around its file."""
WAIT_SECONDS: Final = 5.0
HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "private, max-age=31536000, immutable",
}
"""Bytes under a hash never change; only the one who was let in may keep them."""


@dataclass(frozen=True)
class MediaDoor:
    """What the door is handed; ``places``: uploads at a time, because each holds its file."""

    desk: MediaDesk
    reader: Reader
    viewers: Viewers
    authenticate: Callable[[str], Actor]
    metrics: Metrics
    places: threading.Semaphore

    def take(self, actor: Actor) -> Response:
        """Who may not write is told so before anything is read."""
        viewer = self.viewers.of(actor)
        check_may(viewer, Permission.CONTENT_WRITE)
        if not self.places.acquire(timeout=WAIT_SECONDS):
            message = "too many uploads at once"
            raise Unavailable(message, retry_after=2)
        try:
            content, declared = _uploaded(self.desk.limits.largest)
            kept = keep_media(self.desk, viewer, content, declared=declared)
        finally:
            self.places.release()
        self.metrics.count(MEDIA_UPLOADS, outcome="new" if kept.is_new else "known")
        body = msgspec.json.encode(kept)
        status = 201 if kept.is_new else 200
        return Response(body, status=status, content_type="application/json")

    def give(self, actor: Actor, sha256: str) -> Response:
        """The bytes as what they are; NotFound for what this organization does not keep."""
        org_id = check_may(self.viewers.of(actor), Permission.CONTENT_READ)
        wanted = Find(MediaView, {"hash": sha256}, frozenset({"content_type"}), limit=1)
        rows = self.reader.of(org_id).find(wanted)
        if not rows:
            raise not_found("media", sha256)
        kind = MediaKind(rows[0]["content_type"])
        response = send_file(
            BytesIO(self.desk.blobs.get(org_id, sha256)),
            mimetype=kind.value,
            as_attachment=True,
            download_name=f"{sha256[:16]}.{EXTENSIONS[kind]}",
            etag=sha256,
        )
        response.headers.update(HEADERS)
        return response


def media_blueprint(door: MediaDoor) -> Blueprint:
    """The two doors; refusals are problem documents."""
    blueprint = Blueprint("media", __name__, url_prefix="/media")
    who = guarded(lambda asked: door.authenticate(asked.headers.get("Authorization", "")))

    @blueprint.post("")
    @who
    def take() -> Response:
        try:
            return door.take(current_actor())
        except Refusal:
            door.metrics.count(MEDIA_UPLOADS, outcome="refused")
            raise

    @blueprint.get("/<sha256>")
    @who
    def give(sha256: str) -> Response:
        return door.give(current_actor(), sha256)

    return blueprint


def _uploaded(largest: int) -> tuple[bytes, str]:
    """The file and the type its sender says it has."""
    if request.mimetype != FORM:
        request.max_content_length = largest
        return _filled(request.get_data(cache=False)), request.mimetype
    request.max_content_length = largest + FORM_OVERHEAD
    request.max_form_parts = 4
    file = request.files.get("file")
    if file is None or len(request.files) > 1:
        raise Refusal(RefusalCode.MALFORMED, "The form has one part named file.", field=("file",))
    return _filled(file.read()), file.mimetype


def _filled(content: bytes) -> bytes:
    if not content:
        raise Refusal(RefusalCode.MALFORMED, "There is no file in this request.")
    return content
