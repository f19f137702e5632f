"""The profile of our account: what it shows now, how it shall be, and whether it is so.

Everything here says how it shall be, so saying it again is harmless. A post is pinned before the rest
is sent, and let go again if the rest is refused, so that a refusal leaves the profile as it was.
"""

from __future__ import annotations

import hashlib
from typing import Final
from urllib.parse import quote

import msgspec

from chassis.errors import Refusal, Unavailable
from contracts.workflow.content import Media
from contracts.workflow.content_parts import ProfileChange
from contracts.workflow.deliveries import Outcome
from services.ingest.application.connector import Captured, Outbound, Response
from services.ingest.connectors import answers
from services.ingest.connectors.forms import form_of
from services.ingest.connectors.mastodon.client import MastodonClient
from services.ingest.connectors.mastodon.publishing import SAFE
from services.ingest.domain.connections.access import Access
from services.ingest.domain.connections.trouble import Trouble
from services.ingest.domain.publishing.post import Post, SendResult

OWN: Final = "/api/v1/accounts/verify_credentials"
PIN_PAGE: Final = {"pinned": "true", "limit": "40"}


class _Source(msgspec.Struct, frozen=True):
    note: str = ""


class _Profile(msgspec.Struct, frozen=True):
    """An account as its owner sees it; ``source`` has the words as they were typed."""

    display_name: str = ""
    avatar: str = ""
    header: str = ""
    source: _Source = _Source()


class _Status(msgspec.Struct):
    id: str


def capture(client: MastodonClient, access: Access, post: Post, *, http: Outbound) -> Captured:
    """What the change is about to cover, with the bytes of the pictures. Raises Trouble, Unavailable."""
    change = post.profile or ProfileChange()
    now = answers.decoded(client.get(OWN), _Profile)
    avatar = _picture(now.avatar, http) if change.avatar else None
    banner = _picture(now.header, http) if change.banner else None
    found = [each for each in (avatar, banner) if each]
    return Captured(
        change=ProfileChange(
            display_name=None if change.display_name is None else now.display_name,
            bio=None if change.bio is None else now.source.note,
            avatar=avatar[0].hash if avatar else None,
            banner=banner[0].hash if banner else None,
            pinned=change.pinned,
            is_pinned=_is_pinned(client, access, change.pinned) if change.pinned else True,
        ),
        media=tuple(media for media, _ in found),
        files={media.hash: content for media, content in found},
    )


def _picture(url: str, http: Outbound) -> tuple[Media, bytes] | None:
    """None where there was none: then the change of it cannot be taken back, and stays."""
    if not url:
        return None
    try:
        response = http.request("GET", url)
    except Refusal as no:
        raise Unavailable(f"the picture that stands there cannot be kept: {no.sentence}") from no
    if response.status != 200:
        raise Unavailable("the picture that stands there cannot be kept")
    kind = answers.header(response, "content-type").partition(";")[0].strip() or "image/png"
    return Media(hash=hashlib.sha256(response.body).hexdigest(), content_type=kind), response.body


def _is_pinned(client: MastodonClient, access: Access, status_id: str) -> bool:
    path = f"/api/v1/accounts/{access.external_account_id}/statuses"
    pinned = answers.decoded(client.get(path, PIN_PAGE), list[_Status])
    return any(each.id == status_id for each in pinned)


def change(client: MastodonClient, access: Access, post: Post) -> SendResult:
    """Pin or unpin, then one PATCH of everything else."""
    wanted = post.profile or ProfileChange()
    try:
        was_pinned = (
            _is_pinned(client, access, wanted.pinned) if wanted.pinned else wanted.is_pinned
        )
    except (Unavailable, Refusal, Trouble) as away:
        detail = f"What is pinned cannot be read: {away}"[: answers.SHOWN]
        return SendResult(outcome=Outcome.NOT_APPLIED, detail=detail)
    try:
        result = _pinned(client, wanted.pinned, is_wanted=wanted.is_pinned)
        if result.outcome is not Outcome.CONFIRMED:
            return result
        result = _patched(client, post, wanted)
        if result.outcome is Outcome.REFUSED and was_pinned is not wanted.is_pinned:
            _pinned(client, wanted.pinned, is_wanted=was_pinned)
    except (Unavailable, Refusal) as error:
        return answers.outcome_of_error(error)
    return result


def _pinned(client: MastodonClient, status_id: str | None, *, is_wanted: bool) -> SendResult:
    if not status_id:
        return SendResult(outcome=Outcome.CONFIRMED)
    verb = "pin" if is_wanted else "unpin"
    response = client.post(f"/api/v1/statuses/{quote(status_id, safe='')}/{verb}", {}, key="")
    return _ended(response)


def _patched(client: MastodonClient, post: Post, wanted: ProfileChange) -> SendResult:
    texts = {"display_name": wanted.display_name, "note": wanted.bio}
    files = {"avatar": wanted.avatar, "header": wanted.banner}
    kinds = {media.hash: media.content_type for media in post.media}
    fields = {name: text for name, text in texts.items() if text is not None}
    pictures = {n: (post.files[h], kinds[h]) for n, h in files.items() if h is not None}
    if not fields and not pictures:
        return SendResult(outcome=Outcome.CONFIRMED)
    kind, body = form_of(fields, pictures)
    return _ended(client.patch("/api/v1/accounts/update_credentials", kind, body))


def _ended(response: Response) -> SendResult:
    if response.status == 200:
        return SendResult(outcome=Outcome.CONFIRMED, http_status=200)
    return answers.outcome_of_failure(response, safe=SAFE)


def look(client: MastodonClient, access: Access, post: Post) -> SendResult:
    """Whether texts and pin are as wanted. A picture cannot be compared, the server makes it anew:

    with one the answer is ABSENT, and the same is said again.
    """
    wanted = post.profile or ProfileChange()
    try:
        now = answers.decoded(client.get(OWN), _Profile)
        is_done = (
            not (wanted.avatar or wanted.banner)
            and wanted.display_name in (None, now.display_name)
            and wanted.bio in (None, now.source.note)
            and (not wanted.pinned or _is_pinned(client, access, wanted.pinned) is wanted.is_pinned)
        )
    except (Unavailable, Refusal, Trouble) as error:
        return answers.no_look(error)
    return SendResult(outcome=Outcome.CONFIRMED if is_done else Outcome.ABSENT)
