"""A feed that was made to hurt costs less than two seconds of processor time (S4)."""

from __future__ import annotations

import time

import pytest

from services.ingest.connectors.feed.parsing import parse
from services.ingest.connectors.text import plain_text
from services.ingest.domain.connections.trouble import Trouble

RSS = b"<rss version='2.0'><channel>"


def an_item(description: bytes) -> bytes:
    return (
        RSS
        + b"<item><guid>1</guid><description>"
        + description
        + b"</description></item></channel></rss>"
    )


def entities() -> bytes:
    """Ten times ten times ten ... (the billion laughs)."""
    laughs = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 12))
    head = b'<!DOCTYPE x [<!ENTITY l0 "ha">' + laughs + b"]>"
    return head + an_item(b"&l11;")


BOMBS = {
    "entities": entities(),
    "external entity": b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + an_item(b"&a;"),
    "a million levels": RSS + b"<a>" * 1_000_000,
    "levels inside of text": an_item(b"<![CDATA[" + b"<div>" * 380_000 + b"]]>"),
    "escaped levels": an_item(b"&lt;div&gt;" * 50_000),
    "many items": RSS + b"<item><guid>x</guid></item>" * 4_900,
    "one tag without end": RSS + b"<item " + b"a" * 1_900_000,
    "one tag with everything": b"<rss " + b" ".join(b"a%d='1'" % n for n in range(150_000)) + b"/>",
    "broken on purpose": RSS + b"<item><title>x & y" * 4_900,
    "quotes without end": RSS + b'<a b="' * 9_000,
    "instructions without end": RSS + b"<?x " * 19_000,
    "comments without end": RSS + b"<!--" * 19_000,
}


@pytest.mark.parametrize("name", sorted(BOMBS))
def test_a_bomb_does_not_go_off(name: str) -> None:
    began = time.process_time()
    try:
        messages, _ = parse(BOMBS[name], "application/xml")
    except Trouble:
        messages = []
    assert time.process_time() - began < 2.0
    assert all("root:" not in message.text and len(message.text) < 1000 for message in messages)


@pytest.mark.parametrize("piece", ["<div>", "<script>", "<", "&", "<a b='", "</p>"])
def test_text_is_made_in_one_pass(piece: str) -> None:
    began = time.process_time()
    plain_text(piece * 200_000)
    assert time.process_time() - began < 2.0


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("<p>one</p><p>two<br>three</p>", "one\n\ntwo\nthree"),
        ("a &lt;b&gt; &amp;amp; c", "a <b> &amp; c"),
        ("x<script>alert('<p>')</script>y<STYLE>p{}</STYLE>z", "xyz"),
        ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
        ("<img src=x onerror=alert(1)>hi<svg/onload=alert(1)>", "hi"),
        ("I <3 you", "I <3 you"),
        ("<!-- hidden -->shown", "shown"),
    ],
)
def test_words_stay_and_marks_go(source: str, words: str) -> None:
    assert plain_text(source) == words
