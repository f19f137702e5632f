"""What is kept can run: an expression that passes at save never stumbles over a name or a type."""

from __future__ import annotations

from datetime import UTC, datetime
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.workflow.content import ContentKind, ContentState, TopicRisk, Variant
from services.workflow.domain.checks.evidence import Evidence
from services.workflow.domain.checks.expression import Params, program_of, refuse
from services.workflow.domain.checks.expression.variables import TYPES, values_of
from services.workflow.domain.content.item import ContentItem

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
RUNS = "the rule could not be judged"


def values(text: str, tags: tuple[str, ...] = ()) -> dict[str, object]:
    """What an expression sees of a post."""
    item = ContentItem(
        id="i",
        org_id="o",
        kind=ContentKind.POST,
        state=ContentState.DRAFT,
        author_id="ann",
        unit_id="u",
        channel_ids=("c",),
        topic_risk=TopicRisk.R2,
        variants=(Variant(channel_id="c", text=text),),
        tags=tags,
        created_at=NOW,
        updated_at=NOW,
    )
    return values_of(item, item.variants[0], Evidence())


def names_of(kind: str) -> list[str]:
    """The names of one type."""
    return sorted(name for name, found in TYPES.items() if found == kind)


LEAVES = st.one_of(
    st.sampled_from(sorted(TYPES)),
    st.sampled_from(["1", "0", "2.5", '"a"', "'#x'", "true", "false", '["a", "b"]', "[1]", "nowhere"]),
)  # fmt: skip


def grown(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """One level more of everything the language has, right or wrong."""
    two = st.tuples(parts, parts)
    signs = st.sampled_from(
        ["+", "-", "*", "/", "%", "<", "<=", "==", "!=", ">", ">=", "&&", "||", "in"]
    )
    methods = st.sampled_from(["contains", "startsWith", "endsWith", "matches", "size", "frob"])
    macros = st.sampled_from(["all", "exists", "exists_one", "filter", "map"])
    functions = st.sampled_from(["size", "int", "double", "string", "frob"])
    return st.one_of(
        st.builds(lambda pair, sign: f"({pair[0]} {sign} {pair[1]})", two, signs),
        st.builds(lambda part, sign: f"{sign}{part}", parts, st.sampled_from(["!", "-"])),
        st.builds(lambda one, name, other: f"{one}.{name}({other})", parts, methods, parts),
        st.builds(lambda one, name: f"{one}.{name}()", parts, methods),
        st.builds(lambda one, name, body: f"{one}.{name}(x, {body})", parts, macros, parts),
        st.builds(lambda name, one: f"{name}({one})", functions, parts),
        st.builds(lambda one, place: f"{one}[{place}]", parts, parts),
        st.builds(lambda c, pair: f"({c} ? {pair[0]} : {pair[1]})", parts, two),
    )


EXPRESSIONS = st.recursive(LEAVES | st.just("x"), grown, max_leaves=8)


@settings(max_examples=1500, deadline=None)
@given(expression=EXPRESSIONS, text=st.text(max_size=40), tags=st.lists(st.text(max_size=5)))
def test_what_is_kept_never_meets_an_unknown_name_or_a_wrong_type(
    expression: str, text: str, tags: list[str]
) -> None:
    if refuse(Params(expression=expression)):
        return
    try:
        found = program_of(expression).execute(values(text, tuple(tags)))
    except (ArithmeticError, LookupError, ValueError):
        return  # said in a finding: overflow, outside of a list, text that is no number
    assert isinstance(found, bool)


@pytest.mark.parametrize(
    "expression",
    [
        "size(hashtags) <= 3",
        '!text.contains("x") || platform == "mastodon"',
        'hashtags.all(h, h.size() > 2) && links.exists(l, l.startsWith("https"))',
        'tags.filter(t, t == "event").size() > 0 ? words > 10 : true',
        "double(words) / 2.0 > 1.5",
        'string(words) == "3"',
        'text.matches("^[A-Z]")',
        'hashtags.map(h, h.size()).exists(n, n > 10) == false',
        '"event" in tags',
        "-1 < words && machine_written == false",
    ],
)  # fmt: skip
def test_everyday_rules_are_kept(expression: str) -> None:
    assert refuse(Params(expression=expression)) == ""
    assert isinstance(program_of(expression).execute(values("One #tag here", ("event",))), bool)


@pytest.mark.parametrize(
    "expression",
    [
        "",
        "nowhere == 1",
        "text",
        "text + 1 > 2",
        "false && text > 1",
        "words > 1.5",
        "text.nothing",
        'text.matches("(")',
        'text.matches("(a{1000}){1000}")',
        "text.matches(platform)",
        "tags.all(x, x)",
        "tags.map(a, tags.map(b, tags.map(c, a)))",
        "hashtags.all(1, true)",
        "[] == []",
        '[1, "a"] == [1]',
        "true ? 1 : false",
        "(" * 60 + "true" + ")" * 60,
        "!" * 60 + "true",
        "true " + "|| true " * 300,
        '{"a": 1} == {"a": 1}',
        "text == 'a' // comment",
        "\u200btrue",
        "true;",
    ],
)
def test_what_cannot_run_is_told_at_save(expression: str) -> None:
    assert refuse(Params(expression=expression))


def test_the_dearest_expression_ends_soon() -> None:
    nested = "hashtags.all(a, hashtags.all(b, a == b || a != b))"
    assert refuse(Params(expression=nested)) == ""
    many = values(" ".join(f"#tag{n}" for n in range(10_000)))
    began = perf_counter()

    program_of(nested).execute(many)

    assert perf_counter() - began < 2
