"""Create a tenant with its first admin."""

from __future__ import annotations

from collections.abc import Callable

from chassis.ports import Work
from contracts.permissions import Role
from contracts.refusals import Refusal, RefusalCode
from contracts.workflow.organizations import (
    AddPerson,
    CreateOrganization,
    GrantRole,
    OrganizationAnswer,
)
from services.workflow.domain.organizations.entities import Organization
from services.workflow.domain.organizations.founding import check_slug, create
from services.workflow.domain.people.entities import Person
from services.workflow.domain.people.granting import give
from services.workflow.domain.people.membership import Member, account_key, address, join


def organization_id(derive: Callable[..., str], slug: str) -> str:
    """The id that a slug stands for, so that a slug is unique in the installation."""
    return derive("organization", check_slug(slug))


def create_organization(command: CreateOrganization, work: Work) -> OrganizationAnswer:
    """The organization, its first person, and their admin grant; AlreadyExists for a used slug."""
    if work.first(Organization, id=work.org_id) is not None:
        raise Refusal(
            RefusalCode.ALREADY_EXISTS,
            f"There is an organization {command.slug!r} already.",
            field=("slug",),
        )
    begun = create(command, org_id=work.org_id, created_by=work.actor.account_id, now=work.now)
    work.add(begun.entity, *begun.facts)
    person = _add_first_admin(command, work)
    return OrganizationAnswer(
        organization_id=work.org_id, person_id=person.id, account_id=person.account_id
    )


def _add_first_admin(command: CreateOrganization, work: Work) -> Person:
    email = address(command.admin_email, "adminEmail")
    member = Member(
        id=work.ids.new(),
        org_id=work.org_id,
        account_id=work.ids.derived("account", account_key(email)),
    )
    joined = join(AddPerson(email=email, name=command.admin_name), member, now=work.now)
    role = GrantRole(person_id=member.id, role=Role.ADMIN)
    given = give(role, (), ident=work.ids.new(), org_id=work.org_id, now=work.now)
    work.add(given.entity)
    return work.add(joined.entity, *joined.facts, *given.facts)
