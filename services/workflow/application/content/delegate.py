"""Let a colleague vote in one's place for a time."""

from __future__ import annotations

from chassis.ports import Work
from contracts.commands import Done
from contracts.permissions import Permission
from contracts.refusals import Refusal, RefusalCode
from contracts.workflow.review import (
    DelegateReviews,
    DelegationEnded,
    EndDelegation,
    ReviewsDelegated,
)
from services.workflow.application.content.items import person_of, target_of_item
from services.workflow.application.governance.rights import lineage, require
from services.workflow.application.governance.target import Target
from services.workflow.domain.content.delegation import Delegation, check_delegation, ended
from services.workflow.domain.content.item import ContentItem
from services.workflow.domain.people.entities import Person
from services.workflow.domain.people.membership import check_active


def target_of_scope(command: DelegateReviews, _work: Work) -> Target:
    """Who gives a delegation holds what it gives, on all of its scope."""
    return Target(unit_id=command.unit_id, channel_id=command.channel_id)


def target_of_delegation(command: EndDelegation, work: Work) -> Target:
    """The scope that was given."""
    given = work.get(Delegation, command.delegation_id)
    return Target(unit_id=given.unit_id, channel_id=given.channel_id)


def delegate_reviews(command: DelegateReviews, work: Work) -> Done:
    """The delegate needs the right to review themselves; writers are refused when they vote."""
    giver = person_of(work)
    check_active(work.get(Person, command.to_id), "toId")
    theirs = work.find(Delegation, from_id=command.to_id, is_ended=False)
    check_delegation(command, giver, theirs, now=work.now)
    given = Delegation(
        id=work.ids.new(),
        org_id=work.org_id,
        from_id=giver,
        to_id=command.to_id,
        unit_id=command.unit_id,
        channel_id=command.channel_id,
        starts_at=command.starts_at,
        ends_at=command.ends_at,
        created_at=work.now,
    )
    stored = work.add(given, _told(given))
    return Done(id=stored.id, rev=stored.rev, state="given")


def _told(given: Delegation) -> ReviewsDelegated:
    return ReviewsDelegated(
        delegation_id=given.id,
        from_id=given.from_id,
        to_id=given.to_id,
        unit_id=given.unit_id,
        channel_id=given.channel_id,
        starts_at=given.starts_at,
        ends_at=given.ends_at,
    )


def end_delegation(command: EndDelegation, work: Work) -> Done:
    """By who gave it; others need the right to manage people there."""
    given = work.get(Delegation, command.delegation_id)
    if person_of(work) != given.from_id:
        target = Target(unit_id=given.unit_id, channel_id=given.channel_id)
        require(work, Permission.PERSON_MANAGE, target)
    fact = DelegationEnded(delegation_id=given.id, from_id=given.from_id, to_id=given.to_id)
    stored = work.save(ended(given), fact)
    return Done(id=stored.id, rev=stored.rev, state="ended")


def check_delegated(from_id: str, to_id: str, item: ContentItem, *, work: Work) -> None:
    """Refuses NotDelegated unless one person's reviews of this item are the other's today."""
    target = target_of_item(item)
    above = lineage(work, item.unit_id)
    given = work.find(Delegation, from_id=from_id, to_id=to_id, is_ended=False)
    if not any(d.is_live(work.now) and d.reaches(above, target.channel_id) for d in given):
        raise Refusal(
            RefusalCode.NOT_DELEGATED,
            "They have not delegated the review of this item to you.",
            field=("onBehalfOf",),
        )
