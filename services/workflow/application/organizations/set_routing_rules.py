"""Replace the ordered routing rules."""

from __future__ import annotations

from collections.abc import Sequence

from chassis.ports import Work
from contracts.commands import Done
from contracts.workflow.organizations import RoutingRule, RoutingRulesSet, SetRoutingRules
from services.workflow.domain.channels.entities import Channel
from services.workflow.domain.channels.registry import check_not_archived
from services.workflow.domain.organizations.entities import Organization, RoutingRow, Unit
from services.workflow.domain.organizations.routing import clean, rows


def set_routing_rules(command: SetRoutingRules, work: Work) -> Done:
    """All rows are replaced; the organization is written, so two replacements never mix."""
    rules = clean(command.rules)
    _check_references(rules, work)
    for row in work.find(RoutingRow, order="position"):
        work.remove(row, reason="replaced")
    for row in rows(rules, work.org_id, work.ids.new):
        work.add(row)
    organization = work.get(Organization, work.org_id)
    organization = work.save(organization, RoutingRulesSet(rules=rules))
    return Done(id=organization.id, rev=organization.rev)


def _check_references(rules: Sequence[RoutingRule], work: Work) -> None:
    for unit_id in {rule.unit_id for rule in rules if rule.unit_id is not None}:
        work.get(Unit, unit_id)
    for channel_id in {ident for rule in rules for ident in rule.channel_ids}:
        check_not_archived(work.get(Channel, channel_id), "rules")
