"""How long the clauses take over one draft while it is typed: every keystroke is a text of its own."""

from __future__ import annotations

import gc
from datetime import UTC, datetime
from statistics import quantiles
from time import perf_counter
from typing import Final

import pytest

from contracts.workflow.content import ContentKind, ContentState, Media, TopicRisk, Variant
from contracts.workflow.policies import (
    CheckSpec,
    Clause,
    Param,
    ReasonClass,
    RegisterKind,
    Severity,
)
from services.workflow.domain.checks.evidence import (
    ChannelFacts,
    Evidence,
    LinkState,
    Neighbour,
    RegisterTerm,
)
from services.workflow.domain.content.item import ContentItem
from services.workflow.domain.policies.entities import PolicyVersion
from services.workflow.domain.policies.judging import judge, needs_of, running
from tests.bench.figures import Figures

NOW: Final = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
KEYSTROKES: Final = 2000
CEILING_MS: Final = 20.0
WORDS: Final = (
    "The new flood map is online: enter your address and see your zone at https://city.example/map. "
    "Call us or come by on Monday; the desk is open from nine to five. #FloodMap #RiverLand "
)
CHECKS: Final[tuple[tuple[str, dict[str, str]], ...]] = (
    ("alt_text", {}),
    ("captions", {}),
    ("hashtag_case", {}),
    ("shouting", {}),
    ("link_text", {}),
    ("text_length", {}),
    ("plain_language", {}),
    ("personal_data", {}),
    ("endorsement", {}),
    ("political_activity", {}),
    ("link_preflight", {}),
    ("near_duplicate", {}),
)
EXPRESSIONS: Final = (
    "size(hashtags) <= 3",
    "characters < 2000",
    'platform == "mastodon" || characters < 300',
    '!text.contains("lorem ipsum")',
    'hashtags.all(h, h.startsWith("#"))',
    'links.exists(l, l.contains("city.example"))',
    "images == 0 || words > 3",
    'topic_risk in ["R0", "R1", "R2", "R3"]',
    'kind == "reply" || size(mentions) < 5',
    '!plain_text.matches("(free|cheap) (money|loans)")',
)


def a_clause(number: int, kind: str, params: dict[str, str]) -> Clause:
    """A clause with a check."""
    settings = tuple(Param(name=name, value=value) for name, value in params.items())
    return Clause(
        id=str(number),
        number=str(number),
        text=kind,
        severity=Severity.WARN,
        check=CheckSpec(kind=kind, params=settings),
    )


def the_policy() -> PolicyVersion:
    """Twelve clauses of the shelf and ten expressions."""
    rules = [("expression", {"expression": one}) for one in EXPRESSIONS]
    clauses = [a_clause(n, *one) for n, one in enumerate((*CHECKS, *rules), 1)]
    return PolicyVersion(
        id="v", org_id="o", policy_id="p", n=1, name="All", summary="", clauses=tuple(clauses),
        effective_from=NOW, ends_at=None, is_over=False, published_by=None, published_at=NOW,
    )  # fmt: skip


def an_item(text: str) -> ContentItem:
    """A post with an image."""
    picture = Media(hash="a" * 64, content_type="image/png", alt_text="A map of the river.")
    return ContentItem(
        id="i", org_id="o", kind=ContentKind.POST, state=ContentState.DRAFT, author_id="ann",
        unit_id="u", channel_ids=("c",), topic_risk=TopicRisk.R2, created_at=NOW, updated_at=NOW,
        variants=(Variant(channel_id="c", text=text, media=(picture,)),),
    )  # fmt: skip


def the_evidence() -> Evidence:
    """A channel, a page, a register of two hundred terms, and a hundred posts that are out."""
    return Evidence(
        channels={"c": ChannelFacts(platform="mastodon", text_limit=500)},
        links={"https://city.example/map": LinkState(looked_at=NOW, status=200)},
        register=tuple(
            RegisterTerm(
                id=str(n),
                kind=RegisterKind.TERM,
                text=f"Project Number {n}",
                reason_class=ReasonClass.EMBARGO,
                severity=Severity.BLOCK,
            )
            for n in range(200)
        ),
        neighbours=tuple(
            Neighbour(content_id=str(n), channel_id="c", text=f"Post {n}: {WORDS}"[: 80 + n])
            for n in range(100)
        ),
    )


def one(text: str, policy: PolicyVersion, evidence: Evidence) -> float:
    """Milliseconds of one judgement, from the stored policy to the findings."""
    item = an_item(text)
    began = perf_counter()
    clauses = running([policy], item, ["u"], at=NOW)
    needs_of(item, clauses)
    judge(item, clauses, evidence)
    return (perf_counter() - began) * 1000


@pytest.mark.bench
def test_a_draft_is_judged_while_it_is_typed(figures: Figures) -> None:
    policy, evidence = the_policy(), the_evidence()
    figures.say("judging_first", one("Hello", policy, evidence), "ms")
    typed = [(WORDS * 3)[: 1 + n % 480] + str(n) for n in range(KEYSTROKES)]
    gc.collect()

    took = [one(text, policy, evidence) for text in typed]

    figures.say("judging_median", quantiles(took, n=2)[0], "ms")
    figures.at_most("judging_p99", quantiles(took, n=100)[98], "ms", ceiling=CEILING_MS)
    figures.say("judging_ten_thousand_words", one("word " * 10_000, policy, evidence), "ms")
    figures.require()
