"""The connector for the Mastodon API (class A: the platform takes our key for an hour)."""

from __future__ import annotations

from typing import Final

import msgspec

from contracts.workflow.channels import Platform
from contracts.workflow.deliveries import DeliveryAction, IdempotencyClass
from services.ingest.application.connector import Capability, Declaration, Outbound
from services.ingest.connectors import answers
from services.ingest.connectors.mastodon import changing, listening, publishing
from services.ingest.connectors.mastodon.client import MastodonClient
from services.ingest.connectors.mastodon.shapes import ApiAccount
from services.ingest.domain.connections.access import Access, Account
from services.ingest.domain.connections.trouble import Trouble
from services.ingest.domain.listening.message import Cursor, Page
from services.ingest.domain.publishing.post import Post, SendResult

DEFAULT_LIMIT: Final = 500


class _Statuses(msgspec.Struct, frozen=True):
    max_characters: int = DEFAULT_LIMIT


class _Configuration(msgspec.Struct, frozen=True):
    statuses: _Statuses = _Statuses()


class _Instance(msgspec.Struct, frozen=True):
    configuration: _Configuration = _Configuration()


class MastodonConnector:
    """Reads notifications and own statuses, posts with an Idempotency-Key."""

    @property
    def declares(self) -> Declaration:
        """Not every server of this API honours the key: unknown is still read back first."""
        return Declaration(
            platform=Platform.MASTODON,
            idempotency_class=IdempotencyClass.A,
            key_life_seconds=3600,
            capabilities=frozenset(Capability) - {Capability.IMPORT},
            text_limit=DEFAULT_LIMIT,
            credential_names=("access_token",),
        )

    def check(self, access: Access, http: Outbound) -> Account:
        """``verify_credentials``, and the server's own limit of characters."""
        client = MastodonClient(access, http)
        response = client.get("/api/v1/accounts/verify_credentials")
        account = answers.decoded(response, ApiAccount)
        return Account(
            external_id=account.id,
            handle=account.acct,
            can_publish=True,
            text_limit=_limit(client),
        )

    def poll(self, access: Access, cursor: Cursor, http: Outbound) -> Page:
        """Notifications and own statuses after the cursor."""
        return listening.poll(MastodonClient(access, http), access.external_account_id, cursor)

    def send(self, access: Access, post: Post, http: Outbound) -> SendResult:
        """One POST with the delivery's key; one PUT or DELETE for a change."""
        client = MastodonClient(access, http)
        if post.action is DeliveryAction.PUBLISH:
            return publishing.send(client, post)
        return changing.change(client, post)

    def read_back(self, access: Access, post: Post, http: Outbound) -> SendResult:
        """A look through our own recent statuses, or at the one that was changed."""
        client = MastodonClient(access, http)
        if post.action is not DeliveryAction.PUBLISH:
            return changing.look(client, post)
        return publishing.read_back(client, access.external_account_id, post)


def _limit(client: MastodonClient) -> int:
    """What the server declares; older servers have no v2 and the default holds."""
    try:
        instance = answers.decoded(client.get("/api/v2/instance"), _Instance)
    except Trouble:
        return DEFAULT_LIMIT
    return instance.configuration.statuses.max_characters
