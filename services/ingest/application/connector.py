"""The connector protocol: what one folder of the shelf has to say about one platform."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import BinaryIO, Protocol, runtime_checkable

import msgspec

from contracts.ingest import MediaRules
from contracts.workflow.channels import Platform
from contracts.workflow.content import Media
from contracts.workflow.content_parts import ProfileChange
from contracts.workflow.deliveries import IdempotencyClass
from services.ingest.domain.archives.row import Row
from services.ingest.domain.connections.access import Access, Account
from services.ingest.domain.listening.message import Cursor, Page
from services.ingest.domain.publishing.post import Post, SendResult


class Capability(StrEnum):
    """What a connector can do on its platform."""

    LISTEN = "listen"
    PUBLISH = "publish"
    REPLY = "reply"
    EDIT = "edit"
    DELETE = "delete"
    IMPORT = "import"
    PROFILE = "profile"


class Declaration(msgspec.Struct, frozen=True, kw_only=True):
    """What is true of a platform, whatever the account.

    ``key_life_seconds``: how long the platform honours our key (class A), 0 elsewhere.
    ``text_limit`` in the platform's own units (characters or graphemes), None: no limit known.
    ``media`` is what a post may carry, None: nothing; a server may say otherwise (``Account``).
    ``credential_names`` are the keys that ConnectChannel must bring, ``optional_credentials`` those
    that it may.
    """

    platform: Platform
    idempotency_class: IdempotencyClass
    key_life_seconds: int
    capabilities: frozenset[Capability]
    text_limit: int | None
    media: MediaRules | None = None
    credential_names: tuple[str, ...] = ()
    optional_credentials: tuple[str, ...] = ()


class Response(Protocol):
    """An answer of the outside; header names are lower case."""

    @property
    def status(self) -> int: ...
    @property
    def headers(self) -> Mapping[str, str]: ...
    @property
    def body(self) -> bytes: ...


class Outbound(Protocol):
    """The guarded way out; ``chassis.outbound`` is the real one.

    Raises Unavailable: ``NotSent`` where it is proven that no byte left, ``MaybeSent`` otherwise.
    Raises Refusal HostRefused for addresses that nobody may be made to visit.
    """

    def request(  # noqa: PLR0913 - a request is these things
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        timeout: float = 10.0,
        max_bytes: int = 5_000_000,
    ) -> Response:
        """Ask once; ``timeout`` in seconds for the whole exchange, ``max_bytes`` after inflation."""
        ...


class Connector(Protocol):
    """Functions around an outbound client; no state of its own between calls.

    They raise Trouble for states of the connection that a steward must see, Unavailable where the
    platform is out of reach, and never anything else for what a platform can answer.
    """

    @property
    def declares(self) -> Declaration: ...

    def check(self, access: Access, http: Outbound) -> Account:
        """Whose credentials are these? Raises Trouble if they open nothing."""
        ...

    def poll(self, access: Access, cursor: Cursor, http: Outbound) -> Page:
        """What is new after the cursor; an empty cursor starts from the recent past."""
        ...

    def send(self, access: Access, post: Post, http: Outbound) -> SendResult:
        """One try at what ``post.action`` says. Never raises: what is not known is an outcome.

        Edits and deletions come only to connectors that declare them.
        """
        ...

    def read_back(self, access: Access, post: Post, http: Outbound) -> SendResult:
        """CONFIRMED, ABSENT or UNKNOWN: is it done? Writes nothing. Never raises."""
        ...


class Captured(msgspec.Struct, frozen=True, kw_only=True):
    """What a change of a profile is about to cover; ``files`` are the bytes of ``media`` by hash."""

    change: ProfileChange
    media: tuple[Media, ...] = ()
    files: Mapping[str, bytes] = {}


@runtime_checkable
class ProfileConnector(Protocol):
    """What a connector that declares PROFILE can do besides."""

    def capture(self, access: Access, post: Post, http: Outbound) -> Captured:
        """What stands where ``post.profile`` will. Writes nothing. Raises Trouble, Unavailable."""
        ...


class ArchiveReader(Protocol):
    """Reads one format of archive files."""

    @property
    def format(self) -> str: ...

    def read(self, stream: BinaryIO, start: int, number: int) -> Iterator[Row]:
        """Rows from byte ``start`` on, of which ``number`` came before; never raises for content."""
        ...
