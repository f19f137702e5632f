"""The connector for the AT Protocol (class B: we choose the record's key)."""

from __future__ import annotations

from contracts.workflow.channels import Platform
from contracts.workflow.deliveries import DeliveryAction, IdempotencyClass
from services.ingest.application.connector import Capability, Declaration, Outbound
from services.ingest.connectors.atproto import changing, listening
from services.ingest.connectors.atproto.client import XrpcClient
from services.ingest.connectors.atproto.media import RULES
from services.ingest.connectors.atproto.publishing import LIMIT, Repository
from services.ingest.domain.connections.access import Access, Account
from services.ingest.domain.listening.message import Cursor, Page
from services.ingest.domain.publishing.post import Post, SendResult


class AtprotoConnector:
    """Speaks XRPC with a personal data server."""

    @property
    def declares(self) -> Declaration:
        """The limit counts graphemes."""
        return Declaration(
            platform=Platform.ATPROTO,
            idempotency_class=IdempotencyClass.B,
            key_life_seconds=0,
            capabilities=frozenset(Capability) - {Capability.IMPORT, Capability.PROFILE},
            text_limit=LIMIT,
            media=RULES,
            credential_names=("identifier", "password"),
        )

    def check(self, access: Access, http: Outbound) -> Account:
        """Sign in; the session is kept beside the password."""
        client = XrpcClient(access, http)
        session = client.sign_in()
        return Account(
            external_id=session.did,
            handle=session.handle,
            can_publish=True,
            text_limit=LIMIT,
            renewed=client.renewed,
        )

    def poll(self, access: Access, cursor: Cursor, http: Outbound) -> Page:
        """Notifications and own posts."""
        return listening.poll(XrpcClient(access, http), access, cursor)

    def send(self, access: Access, post: Post, http: Outbound) -> SendResult:
        """Create the delivery's record, or change the one it names."""
        repository = self.repository(access, http)
        if post.action is DeliveryAction.PUBLISH:
            return repository.send(post)
        return changing.change(repository, post)

    def read_back(self, access: Access, post: Post, http: Outbound) -> SendResult:
        """Look for the delivery's record, or at the one it changed."""
        repository = self.repository(access, http)
        if post.action is DeliveryAction.PUBLISH:
            return repository.read_back(post)
        return changing.look(repository, post)

    def repository(self, access: Access, http: Outbound) -> Repository:
        """The account's posts, also for edits and deletions."""
        return Repository(XrpcClient(access, http), access.external_account_id)
