"""How a tenant begins."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final

from contracts.workflow.organizations import CreateOrganization, OrganizationCreated
from services.workflow.domain import wording
from services.workflow.domain.organizations.entities import Organization
from services.workflow.domain.transition import Transition

SLUG: Final = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
"""Lower-case words of a-z and 0-9, joined by single hyphens, led by a letter; 3 to 40 characters."""


def check_slug(slug: str) -> str:
    """The slug, if it follows the grammar; it is never changed into one that does."""
    if not (3 <= len(slug) <= 40 and SLUG.fullmatch(slug)):
        raise wording.invalid(
            "A slug has 3 to 40 characters: a-z, 0-9 and single hyphens, led by a letter.", "slug"
        )
    return slug


def create(
    command: CreateOrganization, *, org_id: str, created_by: str, now: datetime
) -> Transition[Organization]:
    """A new organization. ``created_by`` is the account of the operator."""
    after = Organization(
        id=org_id,
        org_id=org_id,
        slug=check_slug(command.slug),
        name=wording.line(command.name, "name"),
        time_zone=wording.time_zone(command.time_zone),
        created_at=now,
    )
    fact = OrganizationCreated(
        slug=after.slug, name=after.name, time_zone=after.time_zone, created_by=created_by
    )
    return Transition(after, (fact,))
