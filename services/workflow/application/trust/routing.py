"""The route of an item: who has to read it, before it goes out or after, and why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from chassis.ports import Work
from contracts.permissions import Permission, Role
from contracts.workflow.content import Finding
from services.workflow.application.governance.holders import Holders
from services.workflow.application.governance.rights import lineage
from services.workflow.application.governance.target import Target
from services.workflow.application.trust.review_settings import settings_of
from services.workflow.application.trust.seats import holders_by_seat
from services.workflow.application.trust.standings import standing_on
from services.workflow.domain.content.item import ContentItem
from services.workflow.domain.content.routes import Route, route
from services.workflow.domain.trust.depth import Needs
from services.workflow.domain.trust.seating import People
from services.workflow.domain.trust.settings import ReviewSettings, Subject, rule_for
from services.workflow.domain.trust.standing import Standing, least

ROUTE = "route"
"""The severity of findings that send an item to more readers."""


def route_of(item: ContentItem, findings: Sequence[Finding], work: Work) -> Route:
    """The stages with their people. Fails closed: refuses NoReviewer where nobody may read it."""
    above = lineage(work, item.unit_id)
    standing = standing_of_writers(item, work)
    settings = settings_of(work)
    needs = _needs(item, above, settings=settings, findings=findings, standing=standing)
    return route(needs, standing, people_for(item, above, work), at=work.now)


def standing_of_writers(item: ContentItem, work: Work) -> Standing:
    """The least trusted of everybody who wrote it, on the channels it goes to."""
    return least(
        standing_on(person_id, channel_id, item.topic_risk, work=work)
        for person_id in (item.author_id, *item.co_author_ids)
        for channel_id in item.channel_ids
    )


def people_for(item: ContentItem, above: Sequence[str], work: Work) -> People:
    """Who may read it now, less its writers; ``above``: the item's unit and its ancestors."""
    holders = Holders(target_of_item(item), work)
    review = Permission.CONTENT_REVIEW

    def others(people: Iterable[str]) -> frozenset[str]:
        return frozenset(person for person in people if not item.is_written_by(person))

    seats = holders_by_seat(above, work)
    return People(
        reviewers=others(holders.may(review)),
        by_role={role: others(holders.with_role(role, review)) for role in Role},
        by_seat={name: others(people) for name, people in seats.items()},
        managers=others(holders.with_role(Role.ADMIN, review)),
    )


def _needs(
    item: ContentItem,
    above: Sequence[str],
    *,
    settings: ReviewSettings | None,
    findings: Sequence[Finding],
    standing: Standing,
) -> Needs:
    level = settings.crisis_level if settings else 0
    rules = settings.rules if settings else ()
    asking = [f for f in findings if f.severity == ROUTE and f.waiver_id is None]
    subject = Subject(
        risk=item.topic_risk,
        topic=item.topic,
        channel_ids=item.channel_ids,
        lineage=tuple(above),
        crisis_level=level,
    )
    return Needs(
        risk=item.topic_risk,
        tier=standing.tier,
        rule=rule_for(rules, subject),
        has_rules=bool(rules),
        crisis_level=level,
        is_asked=bool(asking),
        asked_seats=tuple(dict.fromkeys(seat for f in asking for seat in f.route_seats)),
    )


def target_of_item(item: ContentItem) -> Target:
    """A grant on one channel suffices only where the item goes to that channel alone."""
    channel_id = item.channel_ids[0] if len(item.channel_ids) == 1 else None
    return Target(unit_id=item.unit_id, channel_id=channel_id)
