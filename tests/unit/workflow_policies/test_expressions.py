"""What is kept can run: an expression that passes at save never stumbles over a name or a type."""

from __future__ import annotations

from datetime import UTC, datetime
from time import perf_counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.workflow.content import ContentKind, ContentState, TopicRisk, Variant
from services.workflow.domain.checks.evidence import Evidence
from services.workflow.domain.checks.expression import Params, program_of, refuse
from services.workflow.domain.checks.expression.variables import TYPES, values_of
from services.workflow.domain.content.item import ContentItem

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


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


def typed(leaves: list[str], *grown_from: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Expressions of one type."""
    return st.one_of(st.sampled_from(leaves), *grown_from)


def joined(
    one: st.SearchStrategy[str], signs: list[str], other: st.SearchStrategy[str]
) -> st.SearchStrategy[str]:
    """Two parts with a sign between them."""
    return st.builds(lambda a, sign, b: f"({a} {sign} {b})", one, st.sampled_from(signs), other)


WHOLE: st.SearchStrategy[str] = st.deferred(
    lambda: typed(
        [*names_of("int"), "0", "7", "9223372036854775807"],
        joined(WHOLE, ["+", "-", "*", "/", "%"], WHOLE),
        st.builds("size({})".format, TEXTS),
        st.builds("{}.size()".format, LISTS),
        st.builds("-{}".format, WHOLE),
    )
)
TEXTS: st.SearchStrategy[str] = st.deferred(
    lambda: typed(
        [*names_of("string"), '"a"', "'#x'"],
        joined(TEXTS, ["+"], TEXTS),
        st.builds("{}[{}]".format, LISTS, WHOLE),
        st.builds("string({})".format, WHOLE),
        st.builds("({} ? {} : {})".format, TRUTHS, TEXTS, TEXTS),
    )
)
LISTS: st.SearchStrategy[str] = st.deferred(
    lambda: typed(
        [*names_of("list(string)"), '["a", "b"]'], st.builds("[{}, {}]".format, TEXTS, TEXTS)
    )
)
TRUTHS: st.SearchStrategy[str] = st.deferred(
    lambda: typed(
        [*names_of("bool"), "true", "false"],
        joined(WHOLE, ["<", "<=", "==", "!=", ">", ">="], WHOLE),
        joined(TEXTS, ["<", "==", "!=", ">="], TEXTS),
        joined(TRUTHS, ["&&", "||", "==", "!="], TRUTHS),
        joined(TEXTS, ["in"], LISTS),
        st.builds("!{}".format, TRUTHS),
        st.builds("{}.contains({})".format, TEXTS, TEXTS),
        st.builds("{}.matches('^[a-z]+')".format, TEXTS),
        st.builds("{}.all(x, x != {})".format, LISTS, TEXTS),
    )
)


def run(expression: str, text: str, tags: list[str]) -> object:
    """What it says, or True where a finding would say that it could not be judged."""
    try:
        return program_of(expression).execute(values(text, tuple(tags)))
    except (ArithmeticError, LookupError, ValueError):
        return True  # overflow, outside of a list, text that is no number


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(expression=TRUTHS, text=st.text(max_size=40), tags=st.lists(st.text(max_size=5)))
def test_what_is_kept_never_meets_an_unknown_name_or_a_wrong_type(
    expression: str, text: str, tags: list[str]
) -> None:
    problem = refuse(Params(expression=expression))
    assert not problem or "At most" in problem or "nested" in problem, problem
    assert problem or isinstance(run(expression, text, tags), bool)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(expression=EXPRESSIONS, text=st.text(max_size=40))
def test_whatever_is_written_is_refused_or_runs(expression: str, text: str) -> None:
    if refuse(Params(expression=expression)) == "":
        assert isinstance(run(expression, text, []), bool)


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
