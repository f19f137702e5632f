"""One database user per service, which may write its own database and no other (rules 1, 9).

The gateway also reads what the read contracts name, collection by collection: what no contract
names, above all ingest's credentials, it cannot read.
"""

from __future__ import annotations

from typing import Any, Final

from pymongo import MongoClient

from chassis.mongo.client import database_name
from contracts import catalog as _catalog  # noqa: F401 - importing it fills VIEWS
from contracts.views import VIEWS

_READ: Final = ["find", "collStats", "listIndexes"]
_WRITE: Final = [*_READ, "insert", "update", "remove", "changeStream", "listCollections"]
READER_OF_ALL: Final = "graphql_gateway"


def user_name(namespace: str, service: str) -> str:
    """User and role are called like the database."""
    return database_name(namespace, service)


def privileges(namespace: str, service: str) -> list[dict[str, Any]]:
    """What the service's role may do."""
    own = {"db": database_name(namespace, service), "collection": ""}
    granted: list[dict[str, Any]] = [{"resource": own, "actions": _WRITE}]
    if service != READER_OF_ALL:
        return granted
    for owner, collection in sorted(VIEWS):
        if owner != service:
            seen = {"db": database_name(namespace, owner), "collection": collection}
            granted.append({"resource": seen, "actions": _READ})
    return granted


def ensure_user(
    client: MongoClient[dict[str, Any]], namespace: str, service: str, *, password: str
) -> None:
    """Make or change the role and the user in the admin database."""
    name = user_name(namespace, service)
    admin = client["admin"]
    has_role = bool(admin.command("rolesInfo", name)["roles"])
    admin.command(
        "updateRole" if has_role else "createRole",
        name,
        privileges=privileges(namespace, service),
        roles=[],
    )
    has_user = bool(admin.command("usersInfo", name)["users"])
    admin.command("updateUser" if has_user else "createUser", name, pwd=password, roles=[name])
