"""Where an account is, in the form of its platform."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import SplitResult, urlsplit, urlunsplit

from contracts.workflow.channels import AddChannel, Platform
from services.workflow.domain import wording

URL_LIMIT: Final = 2048
HANDLE_LIMIT: Final = 253

WHOLE_ADDRESS: Final = frozenset({Platform.FEED, Platform.WEBHOOK})
"""Platforms whose account is an address of its own, with path and query, and without a handle."""

MASTODON_HANDLE: Final = re.compile(r"\w+([\w.-]*\w)?(@[^\s@/]+)?", re.ASCII)
"""``user`` or ``user@server``. Source: Mastodon, app/models/account.rb, USERNAME_RE."""

ATPROTO_HANDLE: Final = re.compile(
    r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?"
    r"|did:[a-z]+:[a-zA-Z0-9._:%-]*[a-zA-Z0-9._-]"
)
"""A handle or a DID. Source: AT Protocol specifications "Handle" and "DID"."""


def account_of(command: AddChannel) -> tuple[str, str]:
    """Handle and base URL as they are stored; the handle may be empty until it is connected."""
    handle = _handle(command.platform, command.handle)
    if command.platform is Platform.ARCHIVE and not command.base_url.strip():
        return handle, ""
    url = _url(command.base_url)
    if command.platform in WHOLE_ADDRESS:
        return handle, urlunsplit(url)
    if url.path.strip("/") or url.query:
        raise wording.invalid("Name the server only, as https://server.example.", "baseUrl")
    return handle, urlunsplit((url.scheme, url.netloc, "", "", ""))


def _url(text: str) -> SplitResult:
    try:
        url = urlsplit(wording.line(text, "baseUrl", limit=URL_LIMIT))
        is_whole = url.scheme in ("http", "https") and bool(url.hostname) and url.port != 0
    except ValueError:
        is_whole = False
    if not is_whole or re.search(r"[\s\\]", text.strip()):
        raise wording.invalid("This is not an http or https address.", "baseUrl")
    if "@" in url.netloc:
        raise wording.invalid("An address here names no user and no password.", "baseUrl")
    return url._replace(netloc=url.netloc.lower(), fragment="")


def _handle(platform: Platform, text: str) -> str:
    if not text.strip():
        return ""
    handle = wording.line(text, "handle", limit=HANDLE_LIMIT).removeprefix("@")
    if platform is Platform.ATPROTO and not handle.startswith("did:"):
        handle = handle.lower()
    grammar = {Platform.MASTODON: MASTODON_HANDLE, Platform.ATPROTO: ATPROTO_HANDLE}.get(platform)
    if grammar is not None and not grammar.fullmatch(handle):
        raise wording.invalid(f"This is not the form of a handle on {platform}.", "handle")
    return handle
