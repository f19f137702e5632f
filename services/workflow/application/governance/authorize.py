"""Every order passes here before its use case runs; what is not allowed is refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from chassis.ports import ActorKind, Work
from contracts.commands import Command
from contracts.permissions import Permission
from contracts.workflow.channels import AuthorizeChannel
from services.workflow.application.governance.rights import forbidden, require
from services.workflow.application.governance.target import TargetOf

ASKED_FOR_PEOPLE: Final[frozenset[type[Command]]] = frozenset({AuthorizeChannel})
"""Orders without a permission of their own that a person's token may carry: they check in person."""


class Authorizer:
    """Deny by default: services give orders without a permission, operators create organizations,

    and people do what their grants allow on the target of the order.
    """

    def __init__(self, targets: Mapping[type[Command], TargetOf]) -> None:
        self._targets = targets

    def __call__(self, command: Command, work: Work) -> None:
        """Refuses Forbidden, PersonInactive, or NotFound for a target of another organization."""
        permission = command.PERMISSION
        if permission is None:
            _check_unlisted(command, work)
        elif work.actor.kind is ActorKind.OPERATOR:
            _check_operator(permission)
        elif work.actor.kind is ActorKind.PERSON and type(command) in self._targets:
            require(work, permission, self._targets[type(command)](command, work))
        else:
            raise forbidden(permission)


def _check_unlisted(command: Command, work: Work) -> None:
    is_service = work.actor.kind is ActorKind.SERVICE
    if not is_service and type(command) not in ASKED_FOR_PEOPLE:
        raise forbidden(None)


def _check_operator(permission: Permission) -> None:
    if permission is not Permission.ORGANIZATION_CREATE:
        raise forbidden(permission)
