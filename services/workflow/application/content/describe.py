"""What is said about the words: topic, risk, tags, notes, language, how long an approval lasts."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from chassis.ports import Work
from contracts.refusals import Refusal, RefusalCode
from contracts.workflow.content import DraftAnswer
from contracts.workflow.review import DescribeContent
from services.workflow.application.content.items import answer, person_of, store
from services.workflow.domain import wording
from services.workflow.domain.content import events
from services.workflow.domain.content.item import ContentItem
from services.workflow.domain.content.machine import transition

MOST_TAGS: Final = 30
TAG_LIMIT: Final = 60
NOTES_LIMIT: Final = 20_000
LANGUAGE_LIMIT: Final = 35
"""Characters; RFC 5646 4.4.1 recommends room for 35 in a language tag."""


def describe_content(command: DescribeContent, work: Work) -> DraftAnswer:
    """No vote falls and nobody becomes co-author by this."""
    item = work.get(ContentItem, command.content_id)
    given = command.topic_risk
    event = events.Described(
        at=work.now,
        actor_id=person_of(work),
        topic=item.topic if command.topic is None else a_topic(command.topic),
        topic_risk=item.topic_risk if given is None else given,
        tags=item.tags if command.tags is None else the_tags(command.tags),
        notes=item.notes if command.notes is None else _notes(command.notes),
        language=item.language if command.language is None else a_language(command.language),
        valid_until=until(command.valid_until, work.now) or item.valid_until,
    )
    return answer(store(transition(item, event), work))


def a_topic(text: str) -> str:
    """A topic's name; empty for none."""
    return wording.line(text, "topic") if text.strip() else ""


def the_tags(given: Iterable[str]) -> tuple[str, ...]:
    """Tags in NFC, trimmed, each once whatever its case; the first spelling stays."""
    lines = [wording.line(tag.lstrip("#"), "tags", limit=TAG_LIMIT) for tag in given]
    found = {tag.casefold(): tag for tag in reversed(lines)}
    tags = tuple(dict.fromkeys(found[tag.casefold()] for tag in lines))
    if len(tags) > MOST_TAGS:
        raise wording.invalid(f"An item has at most {MOST_TAGS} tags.", "tags")
    return tags


def a_language(text: str) -> str:
    """A BCP 47 tag like ``pt-BR``; empty if nobody says."""
    tag = text.strip()
    parts = tag.split("-")
    is_tag = parts[0].isalpha() and all(p.isalnum() and len(p) <= 8 for p in parts)
    if tag and not (tag.isascii() and len(tag) <= LANGUAGE_LIMIT and is_tag):
        raise wording.invalid(f"{text!r} is not a language tag like pt-BR.", "language")
    return tag


def until(moment: datetime | None, now: datetime) -> datetime | None:
    """An instant to come, with its zone."""
    if moment is None:
        return None
    if moment.tzinfo is None or moment <= now:
        raise Refusal(
            RefusalCode.INVALID_TIME,
            "An approval lasts until an instant to come, with its zone.",
            field=("validUntil",),
        )
    return moment


def _notes(text: str) -> str:
    if len(text) > NOTES_LIMIT:
        raise Refusal(
            RefusalCode.TOO_LARGE, f"Notes have at most {NOTES_LIMIT} characters.", field=("notes",)
        )
    return unicodedata.normalize("NFC", text)
