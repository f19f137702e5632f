"""The connector of channels that are fed by imports only."""

from __future__ import annotations

from typing import Final

from contracts.workflow.channels import Platform
from contracts.workflow.deliveries import IdempotencyClass, Outcome
from services.ingest.application.connector import Capability, Declaration, Outbound
from services.ingest.domain.connections.access import Access, Account
from services.ingest.domain.listening.message import Cursor, Page
from services.ingest.domain.publishing.post import Post, SendResult

_NOTHING_TO_SEND: Final = SendResult(
    outcome=Outcome.REFUSED, detail="An archive is the past: nothing can be sent to it."
)


class ArchiveConnector:
    """Answers everything without going anywhere."""

    @property
    def declares(self) -> Declaration:
        """Import only."""
        return Declaration(
            platform=Platform.ARCHIVE,
            idempotency_class=IdempotencyClass.C,
            key_life_seconds=0,
            capabilities=frozenset({Capability.IMPORT}),
            text_limit=None,
        )

    def check(self, access: Access, http: Outbound) -> Account:  # noqa: ARG002
        """Nothing to check."""
        return Account(external_id="archive", handle=access.handle, can_publish=False)

    def poll(self, access: Access, cursor: Cursor, http: Outbound) -> Page:  # noqa: ARG002
        """Nothing arrives by itself."""
        return Page(cursor=cursor)

    def send(self, access: Access, post: Post, http: Outbound) -> SendResult:  # noqa: ARG002
        """Refused."""
        return _NOTHING_TO_SEND

    def read_back(self, access: Access, post: Post, http: Outbound) -> SendResult:  # noqa: ARG002
        """Refused."""
        return _NOTHING_TO_SEND
