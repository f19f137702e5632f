"""Names that only one test uses, and their removal."""

import re
import secrets
from typing import Any

from pymongo import MongoClient

from tests.support.platform import SharedServers

Client = MongoClient[dict[str, Any]]


def a_namespace(label: str = "") -> str:
    """A value for ROSTRUM_NAMESPACE: short, because MongoDB names have at most 63 bytes."""
    readable = re.sub(r"[^a-z0-9]", "", label.lower())[:12]
    return f"t{readable}{secrets.token_hex(4)}"


class Namespaces:
    """Makes namespaces and removes what tests left in them, on the servers that were used."""

    def __init__(self, servers: SharedServers) -> None:
        self._servers = servers
        self._client: Client | None = None
        self._made: list[str] = []

    def make(self, label: str = "") -> str:
        """A namespace that nobody has used."""
        self._made.append(a_namespace(label))
        return self._made[-1]

    def drop(self, namespace: str) -> None:
        """Drop its databases at once: hundreds of them would slow down every later test."""
        if self._servers.mongo_used:
            self._client = self._client or MongoClient(self._servers.mongo_uri())
            drop_databases(self._client, namespace)

    def close(self) -> None:
        """Delete the topics of every namespace in one go."""
        if self._servers.kafka_used:
            drop_topics(self._servers.kafka_bootstrap(), self._made)
        if self._client:
            self._client.close()


def drop_databases(client: Client, namespace: str) -> None:
    """Drop every database of the namespace, with the users and roles made for it."""
    for name in client.list_database_names():
        if name.startswith(f"{namespace}_"):
            client[name].command("dropAllUsersFromDatabase")
            client[name].command("dropAllRolesFromDatabase")
            client.drop_database(name)
    for user in client.admin.command("usersInfo", 1)["users"]:
        if user["user"].startswith(f"{namespace}_"):
            client.admin.command("dropUser", user["user"])
    for role in client.admin.command("rolesInfo", 1)["roles"]:
        if role["role"].startswith(f"{namespace}_"):
            client.admin.command("dropRole", role["role"])


def drop_topics(kafka_bootstrap: str, namespaces: list[str]) -> None:
    """Delete every topic of the namespaces; the broker gives their memory back."""
    from kafka.admin import KafkaAdminClient

    prefixes = tuple(f"{name}." for name in namespaces)
    admin = KafkaAdminClient(bootstrap_servers=kafka_bootstrap)
    try:
        mine = [name for name in admin.list_topics() if name.startswith(prefixes)]
        if mine:
            admin.delete_topics(mine)
    finally:
        admin.close()
