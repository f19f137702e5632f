"""The connector for the Mastodon API (class A: the platform takes our key for an hour)."""

from __future__ import annotations

import time
from typing import Final

import msgspec

from contracts.ingest import MediaRules
from contracts.workflow.channels import Platform
from contracts.workflow.deliveries import DeliveryAction, IdempotencyClass
from services.ingest.application.connector import Capability, Captured, Declaration, Outbound
from services.ingest.connectors import answers
from services.ingest.connectors.mastodon import changing, listening, profile, publishing
from services.ingest.connectors.mastodon.client import MastodonClient
from services.ingest.connectors.mastodon.media import RULES, Pause
from services.ingest.connectors.mastodon.shapes import ApiAccount
from services.ingest.domain.connections.access import Access, Account
from services.ingest.domain.connections.trouble import Trouble
from services.ingest.domain.listening.message import Cursor, Page
from services.ingest.domain.publishing.post import Post, SendResult

DEFAULT_LIMIT: Final = 500


class _Statuses(msgspec.Struct, frozen=True):
    max_characters: int = DEFAULT_LIMIT
    max_media_attachments: int = RULES.most


class _Files(msgspec.Struct, frozen=True):
    supported_mime_types: tuple[str, ...] = RULES.kinds
    image_size_limit: int = RULES.image_bytes
    video_size_limit: int = RULES.video_bytes


class _Configuration(msgspec.Struct, frozen=True):
    statuses: _Statuses = _Statuses()
    media_attachments: _Files = _Files()


class _Instance(msgspec.Struct, frozen=True):
    configuration: _Configuration = _Configuration()


class MastodonConnector:
    """Reads notifications and own statuses, posts with an Idempotency-Key.

    ``pause`` waits for a server that still works on a file.
    """

    def __init__(self, pause: Pause = time.sleep) -> None:
        self._pause = pause

    @property
    def declares(self) -> Declaration:
        """Not every server of this API honours the key: unknown is still read back first."""
        return Declaration(
            platform=Platform.MASTODON,
            idempotency_class=IdempotencyClass.A,
            key_life_seconds=3600,
            capabilities=frozenset(Capability) - {Capability.IMPORT},
            text_limit=DEFAULT_LIMIT,
            media=RULES,
            credential_names=("access_token",),
        )

    def check(self, access: Access, http: Outbound) -> Account:
        """``verify_credentials``, and the server's own limit of characters."""
        client = MastodonClient(access, http)
        response = client.get("/api/v1/accounts/verify_credentials")
        account = answers.decoded(response, ApiAccount)
        said = _configuration(client)
        return Account(
            external_id=account.id,
            handle=account.acct,
            can_publish=True,
            text_limit=said.statuses.max_characters,
            media=_rules(said),
        )

    def poll(self, access: Access, cursor: Cursor, http: Outbound) -> Page:
        """Notifications and own statuses after the cursor."""
        return listening.poll(MastodonClient(access, http), access.external_account_id, cursor)

    def send(self, access: Access, post: Post, http: Outbound) -> SendResult:
        """One POST with the delivery's key; one PUT or DELETE for a change."""
        client = MastodonClient(access, http)
        if post.profile is not None:
            return profile.change(client, access, post)
        if post.action is DeliveryAction.PUBLISH:
            return publishing.send(client, post, self._pause)
        return changing.change(client, post, self._pause)

    def capture(self, access: Access, post: Post, http: Outbound) -> Captured:
        """What the profile shows where it shall be changed."""
        return profile.capture(MastodonClient(access, http), access, post, http=http)

    def read_back(self, access: Access, post: Post, http: Outbound) -> SendResult:
        """A look through our own recent statuses, or at the one that was changed."""
        client = MastodonClient(access, http)
        if post.profile is not None:
            return profile.look(client, access, post)
        if post.action is not DeliveryAction.PUBLISH:
            return changing.look(client, post)
        return publishing.read_back(client, access.external_account_id, post)


def _configuration(client: MastodonClient) -> _Configuration:
    """What the server declares; older servers have no v2 and the defaults hold."""
    try:
        return answers.decoded(client.get("/api/v2/instance"), _Instance).configuration
    except Trouble:
        return _Configuration()


def _rules(said: _Configuration) -> MediaRules:
    """Only what we can send and the server says that it takes."""
    files = said.media_attachments
    return MediaRules(
        most=said.statuses.max_media_attachments,
        kinds=tuple(kind for kind in RULES.kinds if kind in files.supported_mime_types),
        image_bytes=files.image_size_limit,
        video_bytes=files.video_size_limit,
    )
