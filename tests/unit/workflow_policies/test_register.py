"""The register of what not to say stops words and never tells why."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from contracts.refusals import RefusalCode
from contracts.workflow import policies as orders
from contracts.workflow.content import ContentState
from services.workflow.domain.policies.entities import RegisterReason
from tests.unit.workflow_policies.desk import Desk, refused


def _register(desk: Desk, text: str = "Project Falcon", **changes: Any) -> str:
    given: dict[str, Any] = {
        "text": text,
        "reason": "The merger is announced on Friday.",
        "reason_class": orders.ReasonClass.EMBARGO,
        "safe_line": "We do not comment on rumours.",
    }
    return str(desk.give(orders.AddRegisterEntry(**(given | changes))).id)


def test_the_register_stops_and_never_tells_why(desk: Desk) -> None:
    _register(desk)

    (finding,) = desk.judge("All about Project\u00a0Fal\u200bc\u043en today").findings

    assert finding.blocks
    assert finding.guidance == "Say instead: We do not comment on rumours."
    assert "merger" not in repr(finding)


def test_an_entry_reaches_what_waits_already(desk: Desk) -> None:
    content_id = desk.submitted(text="Project Falcon flies.")

    _register(desk)
    desk.settle()

    assert desk.item(content_id).state is ContentState.CHANGES_REQUESTED


def test_an_entry_ends_at_its_time_or_when_it_is_removed(desk: Desk) -> None:
    _register(desk, expires_at=desk.factory.clock.now() + timedelta(hours=1))
    entry = _register(desk, "Project Heron")
    assert len(desk.judge("Project Falcon and Project Heron").findings) == 2

    desk.wait(3601)
    desk.give(orders.RemoveRegisterEntry(entry_id=entry, reason="Announced."))

    assert desk.judge("Project Falcon and Project Heron").findings == ()


def test_cleared_people_may_say_it_where_the_entry_says_so(desk: Desk) -> None:
    ann = str(desk.ann.person_id)
    _register(desk, cleared_ids=(ann,), cleared_may_say=True)
    _register(desk, "Project Heron", cleared_ids=(ann,))

    assert not desk.judge("Project Falcon").is_blocked
    assert desk.judge("Project Heron").is_blocked


def test_the_reason_is_kept_for_the_cleared_accounts(desk: Desk) -> None:
    entry = _register(desk, cleared_ids=(str(desk.bob.person_id),))

    kept = desk.factory.reader(desk.org_id).get(RegisterReason, entry)

    assert set(kept.cleared_accounts) == {desk.bob.account_id, desk.admin.account_id}
    facts = [row["body"] for row in desk.factory.store.all("outbox")]
    assert not any(b"merger" in body or b"Falcon" in body for body in facts)


@pytest.mark.parametrize("text", ["(", "a*", "", "\u200b", "x" * 501])
def test_a_pattern_that_cannot_run_is_refused(desk: Desk, text: str) -> None:
    with refused(RefusalCode.BAD_PATTERN):
        _register(desk, text, kind=orders.RegisterKind.PATTERN)
