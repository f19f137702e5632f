"""Permissions and the built-in roles.

Grammar of a permission: ``<noun>.<verb>``; the noun is a word of the domain, the verb what a person
may do to it. A grant gives a role on the organization, a unit (with its subtree) or one channel.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Permission(StrEnum):
    """What a person may do."""

    ORGANIZATION_READ = "organization.read"
    ORGANIZATION_MANAGE = "organization.manage"
    ORGANIZATION_CREATE = "organization.create"  # operators only
    UNIT_MANAGE = "unit.manage"
    PERSON_READ = "person.read"
    PERSON_MANAGE = "person.manage"
    ROLE_GRANT = "role.grant"
    CHANNEL_READ = "channel.read"
    CHANNEL_MANAGE = "channel.manage"
    CHANNEL_CONNECT = "channel.connect"
    ROUTING_MANAGE = "routing.manage"
    ARCHIVE_IMPORT = "archive.import"
    CONVERSATION_READ = "conversation.read"
    CONVERSATION_TRIAGE = "conversation.triage"
    CONVERSATION_CLAIM = "conversation.claim"
    CONVERSATION_ASSIGN = "conversation.assign"
    CONTENT_READ = "content.read"
    CONTENT_WRITE = "content.write"
    CONTENT_REVIEW = "content.review"
    CONTENT_SCHEDULE = "content.schedule"
    CONTENT_REVOKE = "content.revoke"
    CONTENT_HOLD = "content.hold"
    CONTENT_BREAK_GLASS = "content.break_glass"
    CORRECTION_MANAGE = "correction.manage"
    DELIVERY_RETRY = "delivery.retry"
    PUBLISHING_STOP = "publishing.stop"
    POLICY_READ = "policy.read"
    POLICY_MANAGE = "policy.manage"
    POLICY_WAIVE = "policy.waive"
    REGISTER_READ = "register.read"
    REGISTER_MANAGE = "register.manage"
    REGISTER_CLEARED = "register.cleared"  # no role: being named in an entry clears for it
    CALENDAR_MANAGE = "calendar.manage"
    REPORT_READ = "report.read"
    ROUTE_MANAGE = "route.manage"
    SEAT_ASSIGN = "seat.assign"
    CRISIS_DECLARE = "crisis.declare"
    TRUST_READ = "trust.read"
    HOLD_MANAGE = "hold.manage"
    OPERATIONS_READ = "operations.read"
    KEY_MANAGE = "key.manage"


class Role(StrEnum):
    """The built-in roles."""

    ADMIN = "admin"
    MANAGER = "manager"
    RESPONDER = "responder"
    AUTHOR = "author"
    REVIEWER = "reviewer"
    ANALYST = "analyst"
    CRISIS_CELL = "crisis_cell"


class ScopeKind(StrEnum):
    """What a grant covers; a unit covers its subtree, expanded when a query is bound."""

    ORGANIZATION = "organization"
    UNIT = "unit"
    CHANNEL = "channel"


_READ: Final = frozenset(
    {
        Permission.ORGANIZATION_READ,
        Permission.PERSON_READ,
        Permission.CHANNEL_READ,
        Permission.CONVERSATION_READ,
        Permission.CONTENT_READ,
        Permission.POLICY_READ,
    }
)
_RESPOND: Final = _READ | {
    Permission.CONVERSATION_TRIAGE,
    Permission.CONVERSATION_CLAIM,
    Permission.CONTENT_WRITE,
    Permission.CONTENT_HOLD,
}
_REVIEW: Final = _READ | {
    Permission.CONTENT_REVIEW,
    Permission.CONTENT_REVOKE,
    Permission.REGISTER_READ,
    Permission.CONTENT_SCHEDULE,
    Permission.CONTENT_HOLD,
    Permission.CORRECTION_MANAGE,
}
_MANAGE: Final = (
    _RESPOND
    | _REVIEW
    | {
        Permission.UNIT_MANAGE,
        Permission.PERSON_MANAGE,
        Permission.ROLE_GRANT,
        Permission.CHANNEL_MANAGE,
        Permission.CHANNEL_CONNECT,
        Permission.CONVERSATION_ASSIGN,
        Permission.DELIVERY_RETRY,
        Permission.HOLD_MANAGE,
        Permission.PUBLISHING_STOP,
        Permission.POLICY_MANAGE,
        Permission.POLICY_WAIVE,
        Permission.REGISTER_READ,
        Permission.REGISTER_MANAGE,
        Permission.REPORT_READ,
        Permission.CRISIS_DECLARE,
        Permission.TRUST_READ,
        Permission.ARCHIVE_IMPORT,
        Permission.CALENDAR_MANAGE,
    }
)

ROLE_PERMISSIONS: Final[dict[Role, frozenset[Permission]]] = {
    Role.ADMIN: frozenset(Permission)
    - {Permission.ORGANIZATION_CREATE, Permission.REGISTER_CLEARED},
    Role.MANAGER: frozenset(_MANAGE),
    Role.RESPONDER: frozenset(_RESPOND),
    Role.AUTHOR: frozenset(
        _READ | {Permission.CONTENT_WRITE, Permission.CONTENT_SCHEDULE, Permission.CONTENT_HOLD}
    ),
    Role.REVIEWER: frozenset(_REVIEW),
    Role.ANALYST: frozenset(_READ | {Permission.REPORT_READ}),
    Role.CRISIS_CELL: frozenset(_READ | {Permission.CONTENT_BREAK_GLASS, Permission.CONTENT_HOLD}),
}
"""Deny by default: what a role does not list, it may not."""

OPERATOR_PERMISSIONS: Final = frozenset(
    {Permission.ORGANIZATION_CREATE, Permission.OPERATIONS_READ}
)
"""Operators run the installation; they hold no tenant data and no tenant permission."""
