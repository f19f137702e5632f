"""The admins that an organization cannot do without."""

from __future__ import annotations

from collections.abc import Collection

from chassis.ports import Work
from contracts.permissions import Role, ScopeKind
from services.workflow.application.organizations.turn import take_turn
from services.workflow.domain.people.entities import Grant, Person
from services.workflow.domain.people.granting import check_admin_remains, is_lasting_admin


def check_can_end(ending: Collection[Grant], work: Work) -> None:
    """Refuses LastAdmin if nobody is a lasting admin without these grants.

    Ends of admin grants take turns: two admins cannot remove each other at once.
    """
    if not any(is_lasting_admin(grant, work.now) for grant in ending):
        return
    take_turn(work, "an admin leaves")
    check_admin_remains(_others(ending, work), work.now)


def _others(ending: Collection[Grant], work: Work) -> list[Grant]:
    admins = work.find(Grant, role=Role.ADMIN, scope=ScopeKind.ORGANIZATION, is_revoked=False)
    ends = {grant.id for grant in ending}
    return [
        grant
        for grant in admins
        if grant.id not in ends and work.get(Person, grant.person_id).is_active
    ]
