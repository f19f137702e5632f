"""Mutations of the area policies."""

from __future__ import annotations

from typing import Final

from contracts.workflow.policies import (
    AddRegisterEntry,
    AskWaiver,
    GrantWaiver,
    PublishPolicy,
    RefuseWaiver,
    RemoveRegisterEntry,
    RetirePolicy,
)
from services.graphql_gateway.execution.bindings import Act

_POLICY: Final = ("policy", "Policy")
_WAIVER: Final = ("waiver", "Waiver")
_ENTRY: Final = ("registerEntry", "RegisterEntry")

MUTATIONS: Final[dict[str, Act]] = {
    "policyPublish": Act(
        PublishPolicy,
        *_POLICY,
        "Publish a policy, or its next version. What waits is judged again when it begins.",
        answer_id="policy_id",
    ),
    "policyRetire": Act(RetirePolicy, *_POLICY, "End a policy now.", answer_id="policy_id"),
    "waiverAsk": Act(AskWaiver, *_WAIVER, "Ask for an exception from a clause."),
    "waiverGrant": Act(GrantWaiver, *_WAIVER, "Grant an exception; never for your own words."),
    "waiverRefuse": Act(RefuseWaiver, *_WAIVER, "Refuse an exception, or end one early."),
    "registerAdd": Act(AddRegisterEntry, *_ENTRY, "Say what is not to be said."),
    "registerRemove": Act(RemoveRegisterEntry, *_ENTRY, "From now on it may be said."),
}
