"""From a message to an arrival: ids, revision, Kafka key and the fact (ARCHITECTURE rule 7)."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

import msgspec

from chassis.ports import Ids
from contracts.facts import encode
from contracts.ingest import MentionArrived
from services.ingest.domain.listening.message import Message, Unread

DELETED: Final = "deleted"
LARGEST: Final = 900_000
"""Bytes of a fact's body: brokers take a million."""


class Arrival(msgspec.Struct, frozen=True, kw_only=True):
    """One stored arrival, which is its own outbox entry. ``id`` is the id of its fact."""

    id: str
    org_id: str
    channel_id: str
    external_id: str
    revision: str
    key: bytes
    body: bytes
    created_at: datetime


class Receiver(msgspec.Struct, frozen=True, kw_only=True):
    """Where messages arrive: one channel, at one time, by poll or by import."""

    org_id: str
    channel_id: str
    source: str
    arrived_at: datetime


def revision_of(message: Message) -> str:
    """The platform's edit mark, else a hash of the content, or ``deleted``."""
    if message.is_deleted:
        return DELETED
    return message.revision or content_mark(message)


def content_mark(message: Message) -> str:
    """The first 32 hex digits of the SHA-256 of what the author wrote (text in NFC, media)."""
    text = unicodedata.normalize("NFC", message.text)
    written = text if not message.attachments else _with_media(text, message)
    return hashlib.sha256(written.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _with_media(text: str, message: Message) -> str:
    return "\x1f".join([text, *(f"{a.url}\x1e{a.description}" for a in message.attachments)])


def received(
    messages: Iterable[Message], receiver: Receiver, ids: Ids
) -> tuple[list[Arrival], list[Unread]]:
    """Arrivals, and the messages that are too large for anybody to carry."""
    arrivals = [arrival_of(message, receiver, ids) for message in messages]
    large = [_too_large(one) for one in arrivals if len(one.body) > LARGEST]
    return [one for one in arrivals if len(one.body) <= LARGEST], large


def arrival_of(message: Message, receiver: Receiver, ids: Ids) -> Arrival:
    """The same message in the same channel always gives the same ids, wherever it is read."""
    try:
        return _arrival(message, receiver, ids)
    except ValueError:
        # Half a surrogate pair, or the separator of derived ids: JSON can spell both.
        return _arrival(_sound(message), receiver, ids)


def _arrival(message: Message, receiver: Receiver, ids: Ids) -> Arrival:
    org_id, channel_id, external_id = receiver.org_id, receiver.channel_id, message.external_id
    revision = revision_of(message)
    thread = message.thread_root or external_id
    return Arrival(
        id=ids.derived("arrival", org_id, channel_id, external_id, revision),
        org_id=org_id,
        channel_id=channel_id,
        external_id=external_id,
        revision=revision,
        key=f"{org_id}/{channel_id}/{thread}".encode(),
        body=encode(fact_of(message, receiver, revision, ids=ids)),
        created_at=receiver.arrived_at,
    )


def _sound(message: Message) -> Message:
    """The message in characters that can be stored; the others become question marks."""
    return msgspec.convert(_cleaned(msgspec.to_builtins(message)), Message)


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode().replace("\x1f", " ")
    if isinstance(value, dict):
        return {name: _cleaned(part) for name, part in value.items()}
    return [_cleaned(part) for part in value] if isinstance(value, list | tuple) else value


def _too_large(arrival: Arrival) -> Unread:
    return Unread(
        position=arrival.external_id,
        reason=f"the message has {len(arrival.body)} bytes, more than {LARGEST}",
        content=arrival.body,
    )


def fact_of(message: Message, receiver: Receiver, revision: str, *, ids: Ids) -> MentionArrived:
    """The fact, exactly as it arrived; missing times are the time of arrival."""
    return MentionArrived(
        mention_id=ids.derived(
            "mention", receiver.org_id, receiver.channel_id, message.external_id
        ),
        channel_id=receiver.channel_id,
        external_id=message.external_id,
        revision=revision,
        direction=message.direction,
        kind=message.kind,
        author=message.author,
        text=message.text,
        posted_at=_cut(message.posted_at or receiver.arrived_at),
        arrived_at=receiver.arrived_at,
        edited_at=_cut(message.edited_at) if message.edited_at else None,
        in_reply_to=message.in_reply_to,
        thread_root=message.thread_root,
        url=message.url,
        language=message.language,
        visibility=message.visibility,
        attachments=message.attachments,
        is_deleted=message.is_deleted,
        source=receiver.source,
    )


def _cut(moment: datetime) -> datetime:
    """Milliseconds: what the store keeps (rule 14)."""
    if not moment.microsecond % 1000:
        return moment
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
