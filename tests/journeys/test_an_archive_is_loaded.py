"""An archive is loaded: every row counted or named, nothing twice, and the report equals the file."""

from __future__ import annotations

import json
import os
import re
import signal
from pathlib import Path
from typing import Any

import pytest

from tests.support.archives import BEGIN as FEBRUARY
from tests.support.archives import line, moment, support_rows, write
from tests.support.command_line import command, rostrum
from tests.support.programs import Program, Tenant
from tests.support.twcs_figures import days, figures, read
from tests.support.waiting import eventually

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(os.environ.get("ROSTRUM_DATA") or ROOT.parent / "shared" / "data")
REAL = DATA / "twcs-small" / "twcs.csv"
SPAN = {"from": "2008-01-01", "to": "2027-12-31"}
MEASURES = {
    "replyTime": "reply_time",
    "firstResponsePerMessage": "first_response_per_message",
    "firstResponsePerConversation": "first_response_per_conversation",
}
COUNTS = {
    "mentions": "mentions",
    "mentionsInbound": "mentions_inbound",
    "replies": "replies",
    "unanswered": "unanswered",
}
MEASURE = "{ count medianSeconds p90Seconds over24h }"
ROW = " ".join([*COUNTS, *(f"{name} {MEASURE}" for name in MEASURES)])
REPORT = f"""query($from: Date!, $to: Date!, $channel: ID) {{
  report(from: $from, to: $to, channelId: $channel, groupBy: [DAY]) {{
    total {{ {ROW} }} rows {{ day {ROW} }} }} }}"""
UNREADABLE = """query($channel: ID!) { unreadableRows(first: 100, filter: {channelId: $channel}) {
    nodes { source position reason excerpt } } }"""
RUNS = """query($channel: ID!) { importRuns(first: 10, filter: {channelId: $channel}) {
    nodes { format fileName state rowsRead rowsStored rowsUnreadable endedAt } } }"""
MENTIONS = """query($channel: ID!) { conversations(first: 100, filter: {channelId: $channel}) {
    nodes { mentionCount state mentions(first: 10) { nodes { externalId direction text } } } } }"""

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def shop(program: Program) -> Tenant:
    tenant = program.tenant("shop")
    tenant.unit("Help desk")
    return tenant


def figures_of(row: dict[str, Any]) -> dict[str, Any]:
    """A row of the report in the words of the script."""
    timed = {
        ours: {
            "count": row[name]["count"],
            "median": pytest.approx(row[name]["medianSeconds"]),
            "p90": pytest.approx(row[name]["p90Seconds"]),
            "over_24h": row[name]["over24h"],
        }
        for name, ours in MEASURES.items()
    }
    return {**{ours: row[name] for name, ours in COUNTS.items()}, **timed}


def reported(shop: Tenant, channel: str, mentions: int) -> Any:
    """The report once everything has been folded."""

    def folded() -> Any:
        found = shop.admin.api.ask(REPORT, **SPAN, channel=channel)["report"]
        seen.append(found["total"]["mentions"])
        return found if seen[-1] >= mentions else None

    seen: list[int] = []
    try:
        return eventually(folded, within_s=200, every_s=0.5)
    except AssertionError:
        raise AssertionError(f"{seen[-1]} of {mentions} mentions; before: {seen[::40]}") from None


def agree(shop: Tenant, channel: str, path: Path) -> None:
    """The report says of the channel what the script says of the file, in total and by day."""
    tweets = read(path)
    found = reported(shop, channel, len(tweets))
    assert figures(tweets) == figures_of(found["total"])
    assert days(tweets) == {row["day"]: figures_of(row) for row in found["rows"]}


def test_the_report_is_what_a_plain_script_says_of_the_file(
    program: Program, shop: Tenant, tmp_path: Path
) -> None:
    channel = shop.archive(shop.units["Help desk"], "letters")
    rows = support_rows(threads=150, seed=7)
    rows.insert(40, line(1, 1, "5001", "True", "yesterday", "when?", "", ""))
    cut = line(2, 2, "5002", "True", moment(FEBRUARY), "the end", "", "")[:20]
    path = write(tmp_path / "letters.csv", rows, end=cut)
    printed = rostrum(program.platform, "import", str(path), "-o", shop.slug, "-c", "letters")
    assert "letters.csv" in printed
    assert "100%" in printed
    told = re.search(r"(\d+) rows read, (\d+) stored \((\d+) new\), (\d+) set aside", printed)
    assert told, printed
    assert [int(number) for number in told.groups()] == [
        len(rows) + 1, len(rows) - 1, len(read(path)), 2,
    ]  # fmt: skip
    named = re.findall(r"row (\d+) \(byte (\d+)\): (.*)", printed)
    assert [(int(row), reason) for row, _, reason in named] == [
        (41, "created_at is not a time: 'yesterday'"),
        (len(rows) + 1, "the file ends inside this row"),
    ]
    agree(shop, channel, path)


def test_every_row_that_cannot_be_read_is_there_for_people(
    program: Program, shop: Tenant, tmp_path: Path
) -> None:
    channel = shop.archive(shop.units["Help desk"], "odd")
    at = moment(FEBRUARY)
    rows = [
        line(0, 1, "5000", "True", at, "good", "", ""),
        line(1, "", "5000", "True", at, "no id", "", ""),
        line(2, 3, "5000", "maybe", at, "no direction", "", ""),
        line(3, 4, "5000", "True", "Sun Feb 30 08:00:00 +0000 2026", "no such day", "", ""),
        line(4, 5, "5000", "True", at, "answers a word", "", "abc"),
        "5,6,5000\n",
        "6,7,5000,True," + at + ",caf\udce9,,\n",
        line(7, 8, "help", "False", at, "answers an unknown one", "", "77.0"),
    ]
    path = tmp_path / "odd.csv"
    text = write(path, []).read_text() + "".join(rows)
    path.write_bytes(text.encode("utf-8", "surrogateescape") + b'8,9,5000,True,"never closed')
    printed = rostrum(
        program.platform, "import", str(path), "-o", shop.slug, "-c", channel_id(channel)
    )
    named = dict(re.findall(r"row (\d+) \(byte \d+\): (.*)", printed))
    seen = shop.admin.api.ask(UNREADABLE, channel=channel)["unreadableRows"]["nodes"]
    assert {each["position"].removeprefix("row "): each["reason"] for each in seen} == named
    assert list(named) == ["2", "3", "4", "5", "6", "7", "9"]
    assert any("caf" in each["excerpt"] for each in seen)
    (run,) = shop.admin.api.ask(RUNS, channel=channel)["importRuns"]["nodes"]
    assert (run["rowsRead"], run["rowsStored"], run["rowsUnreadable"]) == (9, 2, 7)
    assert run["endedAt"]
    reported(shop, channel, 2)
    wrong = tmp_path / "wrong.csv"
    wrong.write_text("a,b\n1,2\n")
    told = rostrum(program.platform, "import", str(wrong), "-o", shop.slug, "-c", "odd", expect=1)
    assert "the header has no column tweet_id" in told
    assert "no-such" in rostrum(
        program.platform, "import", str(path), "-o", "no-such", "-c", "odd", expect=1
    )


def channel_id(public: str) -> str:
    """The command line takes names, and the ids of the database."""
    from chassis.ids import parse_public_id

    return parse_public_id(public)[1]


def test_an_import_that_was_killed_goes_on_and_doubles_nothing(
    program: Program, shop: Tenant, tmp_path: Path
) -> None:
    channel = shop.archive(shop.units["Help desk"], "long")
    once = support_rows(threads=250, seed=8)
    rows = (once * (10_000 // len(once) + 1))[:10_000]
    path = write(tmp_path / "long.csv", rows)
    words = ("import", str(path), "-o", shop.slug, "-c", "long")
    running = command(program.platform, *words)

    def is_under_way() -> bool:
        runs = shop.admin.api.ask(RUNS, channel=channel)["importRuns"]["nodes"]
        return bool(runs and runs[0]["rowsRead"] > 0)

    eventually(is_under_way, within_s=120, every_s=0.05)
    running.send_signal(signal.SIGKILL)
    running.communicate(timeout=30)
    assert running.returncode == -signal.SIGKILL, "the file was too short to be cut off in time"
    printed = rostrum(program.platform, *words)
    assert re.search(r"Went on after row 5000\.", printed), printed
    assert "10000 rows read" in printed
    agree(shop, channel, path)


def test_an_archive_that_is_loaded_again_adds_nothing(
    program: Program, shop: Tenant, tmp_path: Path
) -> None:
    channel = shop.archive(shop.units["Help desk"], "again")
    path = write(tmp_path / "again.csv", support_rows(threads=30, seed=9))
    words = ("import", str(path), "-o", shop.slug, "-c", "again")
    rostrum(program.platform, *words)
    agree(shop, channel, path)
    assert "(0 new)" in rostrum(program.platform, *words)
    agree(shop, channel, path)


def test_an_outbox_becomes_conversations_too(
    program: Program, shop: Tenant, tmp_path: Path
) -> None:
    channel = shop.archive(shop.units["Help desk"], "outbox")
    me = "https://social.example/users/shop"

    def activity(kind: str, number: int, content: str, **more: Any) -> dict[str, Any]:
        note = {
            "id": f"{me}/statuses/{number}",
            "type": "Note",
            "content": f"<p>{content}</p>",
            "published": f"2026-02-0{number}T10:00:00Z",
            "to": ["https://www.w3.org/ns/activitystreams#Public"],
            **more,
        }
        return {"type": kind, "actor": me, "published": note["published"], "object": note}

    items: list[Any] = [
        activity("Create", 1, "We open &amp; you come."),
        activity("Create", 2, "From nine on.", inReplyTo=f"{me}/statuses/1"),
        {"type": "Announce", "actor": me, "object": "https://elsewhere.example/1"},
        {"type": "Invent", "actor": me, "object": {"id": "x"}},
    ]
    path = tmp_path / "outbox.json"
    whole = json.dumps({"type": "OrderedCollection", "totalItems": 4, "orderedItems": items})
    path.write_text(whole)
    printed = rostrum(program.platform, "import", str(path), "-o", shop.slug, "-c", "outbox")
    assert "4 rows read, 2 stored (2 new), 1 set aside" in printed
    assert "unknown activity type 'Invent'" in printed

    def thread() -> Any:
        found = shop.admin.api.ask(MENTIONS, channel=channel)["conversations"]["nodes"]
        return found if [each["mentionCount"] for each in found] == [2] else None

    (conversation,) = eventually(thread, within_s=120, every_s=0.2)
    said = [(each["direction"], each["text"]) for each in conversation["mentions"]["nodes"]]
    assert said == [("OUTGOING", "We open & you come."), ("OUTGOING", "From nine on.")]


@pytest.mark.skipif(not REAL.exists(), reason="the data folder is not at hand")
def test_the_real_archive_gives_the_published_figures(program: Program, shop: Tenant) -> None:
    channel = shop.archive(shop.units["Help desk"], "real")
    rostrum(program.platform, "import", str(REAL), "-o", shop.slug, "-c", "real")
    agree(shop, channel, REAL)
    total = shop.admin.api.ask(REPORT, **SPAN, channel=channel)["report"]["total"]
    assert {name: published(total[name]) for name in MEASURES} == {
        "replyTime": (2198, 12.1, 387, 67),
        "firstResponsePerMessage": (2083, 11.5, 380, 60),
        "firstResponsePerConversation": (1311, 13.6, 548, 76),
    }
    assert (total["unanswered"], total["mentionsInbound"]) == (695, 2778)


def published(measure: dict[str, Any]) -> tuple[int, float, int, int]:
    """In minutes, rounded half up as in the published table."""
    median = int(measure["medianSeconds"] / 6 + 0.5) / 10
    return measure["count"], median, round(measure["p90Seconds"] / 60), measure["over24h"]
