"""Review rounds: who may review, opening, superseding."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from chassis.ports import Work
from contracts.grants import covers, lineage_of
from contracts.permissions import Permission
from services.workflow.application.content.items import target_of_item
from services.workflow.domain.content.item import ContentItem
from services.workflow.domain.content.rounds import ReviewRound, RoundState, superseded
from services.workflow.domain.organizations.entities import Unit
from services.workflow.domain.people.entities import Grant, Person

EVERYBODY = 100_000


def eligible_reviewers(item: ContentItem, work: Work) -> frozenset[str]:
    """Active people with content.review on the item's unit or only channel, less its writers."""
    target = target_of_item(item)
    lineage = lineage_of(item.unit_id, _parents(work))
    return frozenset(
        person_id
        for person_id, grants in _live_grants(work).items()
        if not item.is_written_by(person_id)
        and covers(grants, Permission.CONTENT_REVIEW, work.now).includes(lineage, target.channel_id)
    )


def _parents(work: Work) -> dict[str, str | None]:
    return {unit.id: unit.parent_id for unit in work.find(Unit, limit=EVERYBODY)}


def _live_grants(work: Work) -> dict[str, Iterable[Grant]]:
    held: dict[str, list[Grant]] = defaultdict(list)
    for grant in work.find(Grant, is_revoked=False, limit=EVERYBODY):
        held[grant.person_id].append(grant)
    active = work.find(Person, id=list(held), is_active=True, limit=EVERYBODY)
    return {person.id: held[person.id] for person in active}


def supersede(item: ContentItem, work: Work) -> None:
    """The words changed or the approval fell: the item's round, if any, is history."""
    if item.round_id is None:
        return
    review = work.get(ReviewRound, item.round_id)
    if review.state in (RoundState.OPEN, RoundState.SATISFIED):
        work.save(superseded(review, work.now))
