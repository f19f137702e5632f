"""From a message to an arrival: ids, revision, Kafka key and the fact (ARCHITECTURE rule 7)."""

from __future__ import annotations

import hashlib
import unicodedata
from datetime import datetime
from typing import Final

import msgspec

from chassis.ports import Ids
from contracts.facts import encode
from contracts.ingest import MentionArrived
from services.ingest.domain.listening.message import Message

DELETED: Final = "deleted"


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


def arrival_of(message: Message, receiver: Receiver, ids: Ids) -> Arrival:
    """The same message in the same channel always gives the same ids, wherever it is read."""
    org_id, channel_id, external_id = receiver.org_id, receiver.channel_id, message.external_id
    revision = revision_of(message)
    thread = message.thread_root or external_id
    return Arrival(
        id=ids.derived("arrival", org_id, channel_id, external_id, revision),
        org_id=org_id,
        channel_id=channel_id,
        external_id=external_id,
        revision=revision,
        key=f"{org_id}/{channel_id}/{thread}".encode("utf-8", "replace"),
        body=encode(fact_of(message, receiver, revision, ids=ids)),
        created_at=receiver.arrived_at,
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
