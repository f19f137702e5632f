"""What a stranger meets in the demonstration: a grave post takes two stages and three people."""

from __future__ import annotations

import pytest

from contracts.permissions import Role
from contracts.workflow.content_states import TopicRisk
from contracts.workflow.trust import AssignSeat, SetReviewRoutes
from stack.demo.organizations import ORGANIZATIONS, ROUTES, DemoOrganization
from tests.unit.workflow_trust.trust_room import TrustRoom


@pytest.mark.parametrize("organization", ORGANIZATIONS, ids=lambda one: one.slug)
def test_a_grave_post_takes_the_facts_then_legal_and_privacy(
    organization: DemoOrganization,
) -> None:
    room = TrustRoom()
    held = {}
    for one in organization.people:
        for seat in one.seats:
            person = room.a_member(one.mailbox, (Role.REVIEWER, None))
            held[seat] = (str(person.person_id),)
            room.give(AssignSeat(name=seat, person_id=str(person.person_id)))
    room.give(SetReviewRoutes(rules=ROUTES))
    facts, grave = room.route(room.a_draft(topic_risk=TopicRisk.R3)).stages
    assert facts.name == "Facts"
    assert {seat.name: seat.reviewer_ids for seat in grave.required} == held
    assert held.keys() == {"legal", "privacy"}
    (plain,) = room.route(room.a_draft()).stages
    assert (plain.name, plain.required) == ("Review", ())
