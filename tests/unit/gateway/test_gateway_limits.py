"""Limits on the text of an operation, and the cache of parsed documents."""

from __future__ import annotations

import pytest
from graphql import build_schema, parse

from contracts.refusals import Refusal, RefusalCode
from services.graphql_gateway.execution import documents as cache
from services.graphql_gateway.execution.documents import Documents
from services.graphql_gateway.execution.limits import Limits, check

SMALL = Limits(depth=3, aliases=2, directives=2, fields=10)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{ a { b { c { d } } } }", RefusalCode.QUERY_TOO_DEEP),
        ("{ a { ...F } } fragment F on T { b { c { d } } }", RefusalCode.QUERY_TOO_DEEP),
        ("{ a { ... { b { ... on T { c { d } } } } } }", RefusalCode.QUERY_TOO_DEEP),
        ("{ x: a y: a z: a }", RefusalCode.QUERY_TOO_LARGE),
        ("{ ...F ...F } fragment F on T { x: a y: a }", RefusalCode.QUERY_TOO_LARGE),
        ("{ a @x @x @x }", RefusalCode.QUERY_TOO_LARGE),
        ("{ ... @x { a @x } ...F @x } fragment F on T { a }", RefusalCode.QUERY_TOO_LARGE),
        ("{ " + "a " * 11 + "}", RefusalCode.QUERY_TOO_LARGE),
        ("query A { a } query B { a { b { c { d } } } }", RefusalCode.QUERY_TOO_DEEP),
        ("{ __schema { a { b { c } } } a }", RefusalCode.QUERY_TOO_DEEP),
    ],
)
def test_too_much_is_refused_however_it_is_written(text: str, code: RefusalCode) -> None:
    with pytest.raises(Refusal) as refused:
        check(parse(text), SMALL)
    assert refused.value.code is code
    assert refused.value.data["limit"] > 0


@pytest.mark.parametrize(
    "text",
    [
        "{ a { b { c } } }",
        "{ ...F } fragment F on T { ...G } fragment G on T { ...F }",
        "{ __schema { a { b { c { d { e { f } } } } } } }",
    ],
)
def test_what_is_within_every_limit_passes(text: str) -> None:
    check(parse(text), SMALL)


def test_a_document_is_parsed_once_and_the_cache_is_bounded() -> None:
    documents = Documents(build_schema("type Query { a: Int }"), Limits(), is_open=True)
    first = documents.get("{ a }")
    assert documents.get("{ a }") is first
    for number in range(cache.MOST):
        documents.get(f"query Q{number} {{ a }}")
    assert documents.get("{ a }") is not first


def test_long_texts_do_not_fill_the_cache() -> None:
    documents = Documents(build_schema("type Query { a: Int }"), Limits(), is_open=True)
    text = "{ a }" + " " * cache.LARGEST_CACHED
    assert documents.get(text) is not documents.get(text)


def test_suggestions_are_for_demos() -> None:
    schema = build_schema("type Query { amount: Int }")
    told = Documents(schema, Limits(), is_open=True).get("{ amout }")
    hidden = Documents(schema, Limits(), is_open=False).get("{ amout }")
    assert "Did you mean" in told.errors[0].message
    assert "Did you mean" not in hidden.errors[0].message


def test_nesting_past_what_python_carries_is_a_refusal() -> None:
    documents = Documents(build_schema("type Query { a: Int }"), Limits(), is_open=True)
    found = documents.get("{a" * 3_000 + "}" * 3_000)
    assert found.document is None
    assert found.errors
