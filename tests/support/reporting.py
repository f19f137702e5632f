"""Facts for reporting: a customer-support archive as workflow would tell it, in many shapes."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from chassis.ids import derived
from chassis.ports import Delivered
from contracts.envelope import Envelope
from contracts.facts import Fact
from contracts.ingest import Direction, MentionKind
from contracts.workflow.content import ContentState, ContentStateChanged
from contracts.workflow.conversations import (
    AttachedMention,
    ConversationMerged,
    ConversationOpened,
    ConversationState,
    ConversationStateChanged,
    MentionsAttached,
)
from contracts.workflow.deliveries import DeliveryState, DeliveryStateChanged
from services.reporting.domain.fold import Change, Fold, Line, Spoken, changed
from services.reporting.domain.folding import FOLDED
from services.reporting.domain.shares import Part, without_zeros
from tests.support.twcs_figures import Tweet, summary, threads

ORG = derived("organization", "northwind")
CHANNEL = derived("channel", "northwind")
UNIT = derived("unit", "northwind")
MOMENT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class Speaker:
    """Numbers the facts of every aggregate, as the outbox does."""

    def __init__(self, org_id: str = ORG) -> None:
        self._org_id = org_id
        self._sequences: Counter[str] = Counter()

    def say(self, aggregate_id: str, fact: Fact, at: datetime = MOMENT) -> Delivered:
        """The fact as a consumer hands it on."""
        self._sequences[aggregate_id] += 1
        sequence = self._sequences[aggregate_id]
        envelope = Envelope(
            id=derived("fact", self._org_id, aggregate_id, str(sequence)),
            type=fact.TYPE,
            source="/rostrum/workflow",
            subject=aggregate_id,
            time=at,
            org_id=self._org_id,
            sequence=sequence,
        )
        return Delivered(envelope=envelope, fact=fact)


def attached(tweet: Tweet) -> AttachedMention:
    """What a fact says of a message."""
    return AttachedMention(
        mention_id=derived("mention", CHANNEL, tweet.ident),
        external_id=tweet.ident,
        in_reply_to=tweet.parent,
        direction=Direction.INCOMING if tweet.inbound else Direction.OUTGOING,
        kind=MentionKind.REPLY if tweet.parent else MentionKind.MENTION,
        posted_at=tweet.at,
    )


def opening(ident: str, unit_id: str = UNIT) -> ConversationOpened:
    """A new conversation."""
    return ConversationOpened(
        conversation_id=ident,
        channel_id=CHANNEL,
        unit_id=unit_id,
        state=ConversationState.OPEN,
        routed_by="",
        opened_at=MOMENT,
    )


def attaching(ident: str, tweets: Iterable[Tweet], unit_id: str = UNIT) -> MentionsAttached:
    """Messages join it."""
    mentions = tuple(attached(tweet) for tweet in tweets)
    return MentionsAttached(
        conversation_id=ident, channel_id=CHANNEL, unit_id=unit_id, mentions=mentions
    )


def assigned(ident: str, unit_id: str) -> ConversationStateChanged:
    """Another unit becomes responsible."""
    return ConversationStateChanged(
        conversation_id=ident,
        state=ConversationState.ASSIGNED,
        previous=ConversationState.OPEN,
        unit_id=unit_id,
        reason="Ask Alice, she knows.",
    )


def approved(ident: str, waited_seconds: int | None, **changes: Any) -> ContentStateChanged:
    """A review round ended well."""
    values: dict[str, Any] = {
        "content_id": ident,
        "state": ContentState.APPROVED,
        "previous": ContentState.IN_REVIEW,
        "actor_id": "person",
        "version_hash": "hash",
        "unit_id": UNIT,
        "channel_ids": (CHANNEL,),
        "waited_seconds": waited_seconds,
    }
    return ContentStateChanged(**{**values, **changes})


def confirmed(ident: str, at: datetime, **changes: Any) -> DeliveryStateChanged:
    """A post is out."""
    values: dict[str, Any] = {
        "delivery_id": ident,
        "content_id": "content",
        "conversation_id": None,
        "channel_id": CHANNEL,
        "unit_id": UNIT,
        "state": DeliveryState.CONFIRMED,
        "previous": DeliveryState.SENDING,
        "confirmed_at": at,
    }
    return DeliveryStateChanged(**{**values, **changes})


def archive_facts(
    tweets: Mapping[str, Tweet], seed: int = 0, speaker: Speaker | None = None
) -> list[list[Delivered]]:
    """One list per aggregate, each in order: messages join in pieces, threads merge and move."""
    dice = random.Random(seed)
    speaker = speaker or Speaker()
    lines: list[list[Delivered]] = []
    for number, thread in enumerate(threads(dict(tweets))):
        lines.extend(_thread_facts(f"{seed}-{number}", thread, speaker, dice))
    return lines


def _thread_facts(
    name: str, thread: list[Tweet], speaker: Speaker, dice: random.Random
) -> list[list[Delivered]]:
    ident, other = derived("conversation", name), derived("conversation", name, "orphan")
    pieces = list(thread)
    dice.shuffle(pieces)
    cut = dice.randrange(len(pieces) + 1)
    elsewhere = dice.choice([UNIT, derived("unit", "elsewhere")])
    lines = [[speaker.say(ident, opening(ident, elsewhere))]]
    late = pieces[cut:]
    if late and dice.random() < 0.3:
        ended = [opening(other), attaching(other, late)]
        merged = ConversationMerged(conversation_id=other, into_id=ident)
        lines.append([speaker.say(other, fact) for fact in (*ended, merged)])
    for piece in (pieces[:cut], late):
        if piece:
            lines[0].append(speaker.say(ident, attaching(ident, piece, elsewhere)))
    lines[0].append(speaker.say(ident, assigned(ident, UNIT)))
    return lines


def interleaved(lines: Sequence[Sequence[Delivered]], seed: int = 0) -> list[Delivered]:
    """One stream: lines mixed at random, each in its own order."""
    dice = random.Random(seed)
    order = [number for number, line in enumerate(lines) for _ in line]
    dice.shuffle(order)
    rest = [iter(line) for line in lines]
    return [next(rest[number]) for number in order]


class PlainFolds:
    """Folds in dictionaries, by the service's own pure functions."""

    def __init__(self) -> None:
        self.folds: dict[Line, Fold] = {}
        self.sums: dict[Part, Counter[str]] = defaultdict(Counter)

    def take(self, batch: Sequence[Delivered]) -> Change:
        """Fold a batch."""
        facts: dict[Line, list[Spoken]] = defaultdict(list)
        for one in batch:
            if type(one.fact) in FOLDED:
                envelope = one.envelope
                line = Line(envelope.org_id, one.fact.TOPIC, envelope.subject)
                facts[line].append(Spoken(envelope.sequence, envelope.time, one.fact))
        change = changed(self.folds, facts)
        self.folds.update({fold.line: fold for fold in change.folds})
        for part, amounts in change.sums.items():
            self.sums[part].update(amounts)
        return change

    @property
    def days(self) -> dict[Part, dict[str, int]]:
        """What the day documents hold."""
        return without_zeros(self.sums)


def reported(days: Iterable[Mapping[str, int]]) -> dict[str, Any]:
    """The figures that merged amounts say, in the shape of ``twcs_figures.figures``."""
    total: Counter[str] = Counter()
    for amounts in days:
        total.update(amounts)
    names = ("reply_time", "first_response_per_message", "first_response_per_conversation")
    plain = ("mentions", "mentions_inbound", "replies", "unanswered")
    values: dict[str, list[int]] = {name: [] for name in names}
    for key, number in total.items():
        name, _, second = key.partition("/")
        if second and name in values:
            values[name].extend([int(second)] * number)
    counted = {name: total[name] for name in plain}
    return {**counted, **{name: summary(values[name]) for name in names}}


def later(minutes: float) -> datetime:
    """A moment of the tests' day."""
    return MOMENT + timedelta(minutes=minutes)
