"""Builders of units, people, grants and channels with defaults that make sense together."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from contracts.ingest import Health
from contracts.permissions import Role, ScopeKind
from contracts.refusals import Refusal
from contracts.workflow.channels import ChannelState, Platform
from services.workflow.domain.channels.entities import Channel, ChannelHealth
from services.workflow.domain.organizations.entities import Unit
from services.workflow.domain.people.entities import Grant, Person

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
ORG = "org-1"


def later(seconds: float) -> datetime:
    """NOW plus seconds."""
    return NOW + timedelta(seconds=seconds)


def refusal(failed: pytest.ExceptionInfo[Refusal]) -> tuple[str, tuple[str, ...]]:
    """Code and field of a refusal."""
    return failed.value.code.value, failed.value.field


def a_unit(**changes: Any) -> Unit:
    """A unit at the top."""
    unit = Unit(
        id="unit-1", org_id=ORG, name="Press", parent_id=None, time_zone="UTC", created_at=NOW
    )
    return msgspec.structs.replace(unit, **changes)


def a_person(**changes: Any) -> Person:
    """A present member."""
    person = Person(
        id="person-1",
        org_id=ORG,
        account_id="account-1",
        email="ada@agency.example",
        name="Ada",
        unit_id=None,
        is_active=True,
        created_at=NOW,
    )
    return msgspec.structs.replace(person, **changes)


def a_grant(**changes: Any) -> Grant:
    """An admin of the organization, without an end."""
    grant = Grant(
        id="grant-1",
        org_id=ORG,
        person_id="person-1",
        role=Role.ADMIN,
        scope=ScopeKind.ORGANIZATION,
        scope_id=ORG,
        starts_at=None,
        ends_at=None,
        is_revoked=False,
        created_at=NOW,
    )
    return msgspec.structs.replace(grant, **changes)


def a_channel(**changes: Any) -> Channel:
    """An approved Mastodon account that nobody has connected."""
    channel = Channel(
        id="channel-1",
        org_id=ORG,
        platform=Platform.MASTODON,
        name="City on Mastodon",
        handle="city",
        base_url="https://mastodon.example",
        unit_id="unit-1",
        steward_id="person-1",
        deputy_ids=("person-2",),
        state=ChannelState.APPROVED,
        health=ChannelHealth(state=Health.UNCONNECTED, detail=""),
        can_publish=False,
        text_limit=None,
        created_at=NOW,
    )
    return msgspec.structs.replace(channel, **changes)
