"""Golden samples: every fact has one, today's code reads and writes it alike, none ever changes."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from contracts import catalog as _catalog  # noqa: F401 - importing it fills REGISTRY
from contracts.facts import REGISTRY, Fact
from tests.guards.sources import ROOT

SAMPLES = ROOT / "contracts/samples"
SUMS = "SHA256SUMS"


def _missing(types: set[str], folder: Path) -> Iterator[str]:
    """Facts without a sample, and samples without a fact."""
    found = {path.name.removesuffix(".json") for path in folder.glob("*.json")}
    for name in sorted(types - found):
        yield f"{name} has no golden sample: add contracts/samples/{name}.json and its line in {SUMS}."
    for name in sorted(found - types):
        yield f"{name}.json has no fact any more: a published shape stays readable, register it again."


def _changed(folder: Path) -> Iterator[str]:
    """Samples whose bytes are not the ones that were committed with them."""
    lines = (folder / SUMS).read_text().splitlines()
    committed = {name: digest for digest, name in (line.split("  ", 1) for line in lines)}
    found = {path.name: path.read_bytes() for path in folder.glob("*.json")}
    for name in sorted(committed.keys() | found.keys()):
        if name not in committed:
            yield f"{name} is new: add its line to {SUMS} (sha256sum)."
        elif name not in found:
            yield f"{name} is gone: golden samples are only ever added."
        elif hashlib.sha256(found[name]).hexdigest() != committed[name]:
            yield f"{name} was changed: a published shape is never edited, make a new version."


def _problems_of(fact: type[Fact], body: bytes) -> Iterator[str]:
    """Reading and writing again keeps every value; a newer shape may add fields with defaults only."""
    try:
        item = msgspec.json.decode(body, type=fact)
    except msgspec.DecodeError as wrong:
        yield f"{fact.TYPE}: the sample cannot be read any more: {wrong}"
        return
    if not _keeps(json.loads(msgspec.json.encode(item)), json.loads(body)):
        yield f"{fact.TYPE}: the sample is written differently than it was read."
    if not isinstance(item.upcast(), Fact):
        yield f"{fact.TYPE}: upcast gives no fact."


def _keeps(written: Any, sample: Any) -> bool:
    """Whether all of the sample is in what was written; objects may have more fields than it."""
    match written, sample:
        case dict(), dict():
            return all(key in written and _keeps(written[key], sample[key]) for key in sample)
        case list(), list():
            pairs = zip(written, sample, strict=False)
            return len(written) == len(sample) and all(_keeps(a, b) for a, b in pairs)
        case _:
            return bool(written == sample)


def test_every_fact_has_a_sample() -> None:
    offences = list(_missing(set(REGISTRY), SAMPLES))
    assert not offences, "\n".join(offences)


def test_no_sample_was_changed() -> None:
    offences = list(_changed(SAMPLES))
    assert not offences, "\n".join(offences)


@pytest.mark.parametrize("name", sorted(REGISTRY))
def test_a_sample_is_read_and_written_alike(name: str) -> None:
    body = (SAMPLES / f"{name}.json").read_bytes()
    assert not list(_problems_of(REGISTRY[name], body))


def test_samples_speak_more_than_ascii() -> None:
    beyond = [path for path in SAMPLES.glob("*.json") if not path.read_text().isascii()]
    assert len(beyond) * 2 > len(REGISTRY)


def test_planted_offenders_are_found(tmp_path: Path) -> None:
    (tmp_path / "a.v1.json").write_text("{}")
    (tmp_path / "b.v1.json").write_text("{}")
    (tmp_path / SUMS).write_text(f"{'0' * 64}  a.v1.json\n{'0' * 64}  c.v1.json\n")
    assert len(list(_missing({"a.v1", "d.v1"}, tmp_path))) == 2
    told = "\n".join(_changed(tmp_path))
    assert "a.v1.json was changed" in told
    assert "b.v1.json is new" in told
    assert "c.v1.json is gone" in told
    fact = REGISTRY["rostrum.workflow.GrantRevoked.v1"]
    assert list(_problems_of(fact, b'{"grant_id": 1}'))
    assert list(_problems_of(fact, b'{"grant_id":"g","person_id":"p","left":"over"}'))
