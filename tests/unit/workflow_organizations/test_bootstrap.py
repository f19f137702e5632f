"""The contexts add up to the whole service."""

from __future__ import annotations

import pytest

from chassis.commands import INSTALLATION
from chassis.ids import derived
from chassis.ports import Actor, ActorKind
from contracts import catalog as _catalog  # noqa: F401 - importing it fills COMMANDS and VIEWS
from contracts.commands import COMMANDS
from contracts.flow import ReportProgress, ResendFacts
from contracts.permissions import Permission
from contracts.refusals import Refusal
from contracts.topics import Group
from contracts.views import VIEWS
from contracts.workflow.organizations import AddUnit, CreateOrganization
from services.workflow import bootstrap
from tests.unit.workflow_organizations.builders import NOW

OPERATOR = Actor(kind=ActorKind.OPERATOR, account_id="operator-1")
SERVICE = Actor(kind=ActorKind.SERVICE, account_id="ingest")
MEMBER = Actor(kind=ActorKind.PERSON, account_id="a", org_id="org-1", person_id="p")
CREATE = CreateOrganization(slug="city", name="City", admin_email="a@b.example", admin_name="A")
RESEND = ResendFacts(topic="t", org_id="org-9", aggregate_id="a", from_sequence=1)
PROGRESS = ReportProgress(group="g", topic="t", applied_up_to=NOW)


def test_every_command_of_workflow_has_a_use_case() -> None:
    owned = {kind for kind in COMMANDS.values() if kind.OWNER == "workflow"}

    assert set(bootstrap.HANDLERS) == owned


def test_every_permission_is_asked_for_on_a_target() -> None:
    by_people = {kind for kind in bootstrap.HANDLERS if kind.PERMISSION is not None}
    by_operators = {kind for kind in by_people if kind.PERMISSION is Permission.ORGANIZATION_CREATE}

    assert by_people - by_operators <= set(bootstrap.TARGETS)


def test_every_group_of_workflow_is_run() -> None:
    run = {subscribed.group for subscribed, _ in bootstrap.GROUPS}

    assert run == {group.value for group in Group if group.reader == "workflow"}


def test_every_view_is_a_stored_collection() -> None:
    stored = set(bootstrap.PLAN.indexes())

    assert {name for owner, name in VIEWS if owner == "workflow"} <= stored


def test_two_contexts_never_claim_the_same() -> None:
    with pytest.raises(ValueError, match="claimed by two contexts"):
        bootstrap.joined([{"a": 1}, {"a": 2}])


def test_an_order_is_bound_to_the_organization_it_may_speak_of() -> None:
    assert bootstrap.scope_of(CREATE, OPERATOR) == derived("organization", "city")
    assert bootstrap.scope_of(RESEND, SERVICE) == "org-9"
    assert bootstrap.scope_of(PROGRESS, SERVICE) == INSTALLATION
    for command in (CREATE, RESEND, PROGRESS, AddUnit(name="Press")):
        assert bootstrap.scope_of(command, MEMBER) == "org-1"


def test_an_order_without_an_organization_is_refused() -> None:
    for actor in (OPERATOR, SERVICE):
        with pytest.raises(Refusal) as failed:
            bootstrap.scope_of(AddUnit(name="Press"), actor)
        assert failed.value.code.value == "OrganizationNeeded"
