"""Every folder on the shelf of connectors keeps the promises of the protocol."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.workflow.channels import Platform
from contracts.workflow.deliveries import IdempotencyClass, Outcome
from services.ingest.application.connector import Capability
from services.ingest.connectors import all_connectors, all_readers, folders
from tests.shelves.cases import SHELF, Case, cases_of, outcome_of, part_of

CASES = [case for folder in folders() for case in cases_of(folder)]


def those_who(can: Capability) -> list[str]:
    """The folders of connectors with this capability."""
    declared = [connector.declares for connector in all_connectors().values()]
    return sorted(one.platform.value for one in declared if can in one.capabilities)


UPLOADS = ("/api/v2/media", "/xrpc/com.atproto.repo.uploadBlob")
"""What is uploaded shows nowhere until a post names it: losing it is proven not to have posted."""
LISTENERS = those_who(Capability.LISTEN)
PUBLISHERS = those_who(Capability.PUBLISH)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_sample_gives_what_its_case_says(case: Case) -> None:
    connector = all_connectors()[Platform(case.path.parent.parent.name)]
    expected = case.load()["gives"]
    actual = outcome_of(case, connector, all_readers())
    assert part_of(expected, actual), f"{actual} does not hold {expected}"


@pytest.mark.parametrize("folder", folders())
def test_a_folder_is_complete(folder: str) -> None:
    connector = all_connectors()[Platform(folder)]
    assert (SHELF / folder / "README.md").read_text().startswith("# ")
    acts = {case.load()["does"] for case in cases_of(folder)}
    needed = {"read"} if Capability.IMPORT in connector.declares.capabilities else {"check", "poll"}
    assert needed <= acts, f"{folder} has no sample for {needed - acts}"


@pytest.mark.parametrize("folder", folders())
def test_the_key_life_belongs_to_class_a(folder: str) -> None:
    declares = all_connectors()[Platform(folder)].declares
    is_class_a = declares.idempotency_class is IdempotencyClass.A
    assert (declares.key_life_seconds > 0) == is_class_a


@pytest.mark.parametrize("folder", LISTENERS)
def test_a_channel_that_fails_is_a_state_its_steward_sees(folder: str) -> None:
    seen = {gives(case).get("trouble") for case in cases_of(folder)}
    missing = {"rate_limited", "revoked", "unreachable"} - seen
    assert not missing, f"no sample of {folder} shows {missing}"


@pytest.mark.parametrize("folder", PUBLISHERS)
@pytest.mark.parametrize("outcome", list(Outcome))
def test_a_publisher_shows_every_outcome(folder: str, outcome: Outcome) -> None:
    found = [case for case in cases_of(folder) if gives(case).get("outcome") == outcome.value]
    assert found, f"no sample of {folder} ends {outcome.value}"


@pytest.mark.parametrize("folder", PUBLISHERS)
def test_only_what_is_proven_not_applied_is_retried(folder: str) -> None:
    for case in cases_of(folder):
        told = case.load()
        posts = [one for one in told.get("exchanges", ()) if one.get("method") == "POST"]
        writes = [one for one in posts if one["url"] not in UPLOADS]
        if told["does"] == "send" and writes and writes[-1].get("fails") == "maybe_sent":
            assert gives(case)["outcome"] == Outcome.UNKNOWN.value


def gives(case: Case) -> dict[str, Any]:
    """What a case gives, if that is one thing."""
    found = case.load()["gives"]
    return found if isinstance(found, dict) else {}
