"""The organization's routes of review and its crisis level."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from chassis.ports import Work
from contracts.commands import Done
from contracts.facts import Fact
from contracts.refusals import Refusal, RefusalCode
from contracts.workflow.trust import (
    CrisisLevelSet,
    ReviewRoutesSet,
    RouteRule,
    SetCrisisLevel,
    SetReviewRoutes,
)
from services.workflow.application.trust.review_settings import settings_id, settings_of
from services.workflow.application.trust.waiting import look_at_routes
from services.workflow.domain import wording
from services.workflow.domain.channels.entities import Channel
from services.workflow.domain.channels.registry import check_not_archived
from services.workflow.domain.organizations.entities import Unit
from services.workflow.domain.trust.settings import ReviewSettings, check_level, clean_rules


def set_review_routes(command: SetReviewRoutes, work: Work) -> Done:
    """What is submitted from now on takes the new routes; what waits is asked again if they go deeper."""
    rules = clean_rules(command.rules)
    _check_references(rules, work)
    known = settings_of(work)
    after = msgspec.structs.replace(known or _fresh(work), rules=rules, updated_at=work.now)
    return _stored(after, ReviewRoutesSet(rules=rules), work, is_new=known is None)


def set_crisis_level(command: SetCrisisLevel, work: Work) -> Done:
    """Refuses WrongState for the level that holds already, and a change without a reason."""
    reason = wording.reason(command.reason)
    known = settings_of(work)
    before = known or _fresh(work)
    level = check_level(command.level, "level")
    if level == before.crisis_level:
        raise Refusal(RefusalCode.WRONG_STATE, f"The crisis level is {level} already.")
    after = msgspec.structs.replace(
        before,
        crisis_level=level,
        crisis_reason=reason,
        crisis_since=work.now if level else None,
        updated_at=work.now,
    )
    said = CrisisLevelSet(
        level=level,
        previous=before.crisis_level,
        reason=reason,
        actor_id=work.actor.person_id,
    )
    return _stored(after, said, work, is_new=known is None)


def _fresh(work: Work) -> ReviewSettings:
    return ReviewSettings(id=settings_id(work), org_id=work.org_id, updated_at=work.now)


def _stored(after: ReviewSettings, said: Fact, work: Work, *, is_new: bool) -> Done:
    stored = work.add(after, said) if is_new else work.save(after, said)
    look_at_routes(work)
    return Done(id=stored.id, rev=stored.rev, state=str(stored.crisis_level))


def _check_references(rules: Sequence[RouteRule], work: Work) -> None:
    for unit_id in {ident for rule in rules for ident in rule.unit_ids}:
        work.get(Unit, unit_id)
    for channel_id in {ident for rule in rules for ident in rule.channel_ids}:
        check_not_archived(work.get(Channel, channel_id), "rules")
