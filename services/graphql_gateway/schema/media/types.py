"""Types of the area media."""

from __future__ import annotations

from typing import Final

from contracts.ingest import MediaRules
from contracts.permissions import Permission
from contracts.views.media import MediaUsageView, MediaView
from services.graphql_gateway.execution.bindings import (
    ANYWHERE,
    Computed,
    GlobalId,
    Kind,
    ObjectBinding,
    Ref,
    Stored,
)

FILE: Final = ObjectBinding(
    "MediaFile",
    MediaView,
    "A file that may be attached; the same bytes are the same file.",
    {
        "id": GlobalId(),
        "hash": Stored("hash", "SHA-256 of its bytes; what a variant names."),
        "contentType": Stored("content_type", "What its bytes are, like image/png."),
        "size": Stored("size", "Bytes."),
        "width": Stored("width", "Pixels; null for captions."),
        "height": Stored("height", "Pixels; null for captions."),
        "addedBy": Ref("added_by", "Person", "Who uploaded it first."),
        "addedAt": Stored("added_at", "When."),
        "path": Computed(
            ("hash",),
            Kind.TEXT,
            lambda row: f"/media/{row['hash']}",
            "Where the gateway gives its bytes to whoever may read content.",
            is_required=True,
        ),
    },
    permission=Permission.CONTENT_READ,
    scope=ANYWHERE,
    is_node=True,
)

USAGE: Final = ObjectBinding(
    "MediaUsage",
    MediaUsageView,
    "How much media an organization keeps.",
    {
        "files": Stored("files", "How many."),
        "keptBytes": Stored("kept_bytes", "Their bytes.", of=Kind.NUMBER),
        "quotaBytes": Stored("quota_bytes", "How many bytes it may keep.", of=Kind.NUMBER),
    },
    permission=Permission.CONTENT_READ,
    scope=ANYWHERE,
)

RULES: Final = ObjectBinding(
    "MediaRules",
    MediaRules,
    "What one post of a channel may carry.",
    {
        "most": Stored("most", "How many files."),
        "kinds": Stored("kinds", "Of which types, like image/png."),
        "imageBytes": Stored("image_bytes", "Bytes of an image; 0: no limit known."),
        "videoBytes": Stored("video_bytes", "Bytes of a video; 0: no limit known."),
    },
)

TYPES: Final = [FILE, USAGE, RULES]
