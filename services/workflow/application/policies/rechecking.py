"""A change of policy, register or waiver looks again at everything that waits to go out.

One timer fans out to one per item, so that each item moves in a transaction of its own.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import msgspec

from chassis.ports import Work
from contracts.workflow.content import ContentState, Finding
from contracts.workflow.policies import Severity
from services.workflow.application.content import expire
from services.workflow.application.policies.checking import judged
from services.workflow.domain.content.item import ContentItem
from services.workflow.domain.policies.entities import PolicyVersion, Waiver
from services.workflow.domain.policies.judging import mark_of, next_turn

BEGINS_TIMER: Final = "policy_begins"
ENDS_TIMER: Final = "policy_ends"
ITEM_TIMER: Final = "policy_recheck"
WAIVER_TIMER: Final = "waiver_ends"
WAITING: Final = (ContentState.IN_REVIEW, ContentState.APPROVED, ContentState.SCHEDULED)
LOOK_AGAIN: Final = timedelta(seconds=5)
LOOK_FOR: Final = timedelta(minutes=5)
"""How long an item waits for evidence before it is judged without; sending judges it again."""
EVERYTHING: Final = 100_000


def policy_begins(version_id: str, work: Work) -> None:
    """Timer: a version is in force. Those that it ended are over."""
    version = work.first(PolicyVersion, id=version_id)
    if version is None or not version.is_in_force(work.now):
        return
    for other in work.find(PolicyVersion, policy_id=version.policy_id, is_over=False):
        if other.ends_at is not None and other.ends_at <= work.now:
            work.save(msgspec.structs.replace(other, is_over=True), reason="Another is in force.")
    recheck_all(work)
    turn = next_turn(version, work.now)
    if turn is not None:
        work.start_timer(BEGINS_TIMER, version.id, turn)


def waiver_ends(waiver_id: str, work: Work) -> None:
    """Timer: an exception is over; what it excused is looked at again."""
    waiver = work.first(Waiver, id=waiver_id)
    if waiver is not None and not waiver.holds(work.now):
        recheck_item(waiver.content_id, work)


def policy_ends(version_id: str, work: Work) -> None:
    """Timer: a version is not in force any more; what it made wait is not moved by that."""
    version = work.first(PolicyVersion, id=version_id)
    if version is None or version.is_over:
        return
    if version.ends_at is not None and version.ends_at <= work.now:
        work.save(msgspec.structs.replace(version, is_over=True), reason="It ended.")


def recheck_all(work: Work) -> None:
    """Look again at every item that waits for review, for its time, or for its moment."""
    for item in work.find(ContentItem, state=list(WAITING), limit=EVERYTHING):
        work.start_timer(ITEM_TIMER, item.id, work.now)


def recheck_item(content_id: str, work: Work) -> None:
    """Timer: judge one item again; what newly fails goes back with the clause that moved it."""
    item = work.first(ContentItem, id=content_id)
    if item is None or item.state not in WAITING:
        return
    found = judged(item, work)
    moved = newly(item.findings, found.said)
    if moved:
        send_back(item, moved[0], work, findings=found.said)
    elif found.pending and work.now - item.updated_at < LOOK_FOR:
        work.start_timer(ITEM_TIMER, item.id, work.now + LOOK_AGAIN)


def newly(before: tuple[Finding, ...], now: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """What stops the item, or asks for seats its round does not have, and did not before."""
    known = {_key(finding) for finding in before if _moves(finding)}
    return tuple(f for f in now if f.blocks or (_moves(f) and _key(f) not in known))


def _moves(finding: Finding) -> bool:
    is_route = finding.severity == Severity.ROUTE.value and finding.waiver_id is None
    return finding.blocks or is_route


def _key(finding: Finding) -> tuple[str | None, str]:
    return finding.clause_id, mark_of(finding)


def send_back(
    item: ContentItem, moved: Finding, work: Work, *, findings: tuple[Finding, ...]
) -> ContentItem:
    """An approval expires; a review ends with changes asked for. Both carry the findings."""
    reason = f"{_cited(moved)}: {moved.sentence}"
    return expire.send_back(item, reason, work, findings=findings)


def _cited(finding: Finding) -> str:
    number = f"Clause {finding.clause_number}" if finding.clause_number else finding.check
    return f"{number} (version {finding.policy_version})" if finding.policy_version else number
