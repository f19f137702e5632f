"""The form of an organization's ordered routing rules."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final

import msgspec

from contracts.ingest import MentionKind
from contracts.workflow.organizations import RoutingAction, RoutingRule
from services.workflow.domain import wording
from services.workflow.domain.organizations.entities import RoutingRow

RULE_LIMIT: Final = 200
CONDITION_LIMIT: Final = 200
_KINDS: Final = frozenset(kind.value for kind in MentionKind)


def clean(rules: Sequence[RoutingRule]) -> tuple[RoutingRule, ...]:
    """The rules as they are stored: trimmed, handles without ``@``; refuses what can never match."""
    if len(rules) > RULE_LIMIT:
        raise wording.invalid(f"There can be {RULE_LIMIT} rules at most.", "rules")
    return tuple(_clean_rule(rule, str(place)) for place, rule in enumerate(rules))


def _clean_rule(rule: RoutingRule, place: str) -> RoutingRule:
    if rule.action is RoutingAction.ROUTE and rule.unit_id is None:
        raise wording.invalid("A rule that routes names a unit.", "rules", place, "unitId")
    if not _KINDS.issuperset(rule.kinds):
        raise wording.invalid(f"Kinds are {sorted(_KINDS)}.", "rules", place, "kinds")
    return msgspec.structs.replace(
        rule,
        name=wording.line(rule.name, "rules", place, "name"),
        channel_ids=tuple(dict.fromkeys(rule.channel_ids)),
        contains=_clean_all(rule.contains, _phrase, ("rules", place, "contains")),
        author_handles=_clean_all(rule.author_handles, _handle, ("rules", place, "authorHandles")),
        kinds=tuple(dict.fromkeys(rule.kinds)),
    )


def _phrase(text: str) -> str:
    return " ".join(text.split())


def _handle(text: str) -> str:
    return text.strip().removeprefix("@")


def _clean_all(
    texts: Iterable[str], how: Callable[[str], str], field: tuple[str, ...]
) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(wording.line(how(text), *field) for text in texts))
    if len(found) > CONDITION_LIMIT:
        raise wording.invalid(f"One rule can name {CONDITION_LIMIT} of these at most.", *field)
    return found


def rows(rules: Sequence[RoutingRule], org_id: str, new_id: Callable[[], str]) -> list[RoutingRow]:
    """One stored row for each rule, in their order."""
    return [
        RoutingRow(id=new_id(), org_id=org_id, position=place, **msgspec.structs.asdict(rule))
        for place, rule in enumerate(rules)
    ]
