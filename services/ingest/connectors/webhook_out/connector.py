"""The connector for any address (class C: one send, a look if there is where to look, then a person)."""

from __future__ import annotations

from typing import Final

from contracts.workflow.channels import Platform
from contracts.workflow.deliveries import IdempotencyClass
from services.ingest.application.connector import Capability, Declaration, Outbound
from services.ingest.connectors.webhook_out import looking, sending
from services.ingest.domain.connections.access import Access, Account
from services.ingest.domain.listening.message import Cursor, Page
from services.ingest.domain.publishing.post import Post, SendResult

READ_BACK: Final = "read_back_url"
AUTHORIZATION: Final = "authorization"


class WebhookConnector:
    """Posts JSON to the channel's address; looks for it at a second one, if it is named."""

    @property
    def declares(self) -> Declaration:
        """Nothing is known of the other side: neither keys nor ids, so nothing is ever sent again."""
        return Declaration(
            platform=Platform.WEBHOOK,
            idempotency_class=IdempotencyClass.C,
            key_life_seconds=0,
            capabilities=frozenset({Capability.PUBLISH, Capability.REPLY}),
            text_limit=None,
            media=sending.RULES,
            optional_credentials=(READ_BACK, AUTHORIZATION),
        )

    def check(self, access: Access, http: Outbound) -> Account:
        """Nothing is sent: the second address, if there is one, has to give a list now."""
        note = ""
        if access.credentials.get(READ_BACK):
            looking.listed(access, http)
        else:
            note = "Nobody can look what arrived: name a read_back_url, or a person has to."
        return Account(
            external_id=access.base_url, handle=access.base_url, can_publish=True, note=note
        )

    def poll(self, access: Access, cursor: Cursor, http: Outbound) -> Page:  # noqa: ARG002
        """There is nothing to hear."""
        return Page(cursor=cursor)

    def send(self, access: Access, post: Post, http: Outbound) -> SendResult:
        """One POST."""
        return sending.send(access, post, http)

    def read_back(self, access: Access, post: Post, http: Outbound) -> SendResult:
        """A look at the second address."""
        return looking.read_back(access, post, http)
