"""A file and its fields as one body (RFC 7578)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping


def multipart(
    fields: Mapping[str, str], *, name: str, content: bytes, content_type: str
) -> tuple[str, bytes]:
    """The content type and the bytes of a form with one file.

    The boundary is derived from the bytes, so the same upload is the same request.
    """
    boundary = f"rostrum-{hashlib.sha256(content).hexdigest()[:32]}"
    parts = [_field(boundary, key, value) for key, value in fields.items()]
    disposition = f'form-data; name="file"; filename="{name}"'
    head = f"--{boundary}\r\nContent-Disposition: {disposition}\r\nContent-Type: {content_type}\r\n\r\n"
    body = b"".join([*parts, head.encode(), content, f"\r\n--{boundary}--\r\n".encode()])
    return f"multipart/form-data; boundary={boundary}", body


def _field(boundary: str, name: str, value: str) -> bytes:
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'
    return head.encode() + value.encode() + b"\r\n"


def form_of(fields: Mapping[str, str], files: Mapping[str, tuple[bytes, str]]) -> tuple[str, bytes]:
    """The content type and the bytes of a form with named files, each with its content type."""
    mark = hashlib.sha256(repr(sorted(fields.items())).encode())
    for content, _ in files.values():
        mark.update(content)
    boundary = f"rostrum-{mark.hexdigest()[:32]}"
    parts = [_field(boundary, key, value) for key, value in fields.items()]
    for name, (content, kind) in files.items():
        suffix = kind.rpartition("/")[2]
        disposition = f'form-data; name="{name}"; filename="{name}.{suffix}"'
        head = f"--{boundary}\r\nContent-Disposition: {disposition}\r\nContent-Type: {kind}\r\n\r\n"
        parts += [head.encode(), content, b"\r\n"]
    return f"multipart/form-data; boundary={boundary}", b"".join(
        [*parts, f"--{boundary}--\r\n".encode()]
    )
