"""The place of a platform that is already there: its addresses and secrets, nothing is started."""

from __future__ import annotations

from stack.environment import Place, embedded_bootstrap
from stack.layout import MONGOD_OFFSET
from stack.secrets import make_secrets
from stack.settings import StackSettings

ADMIN = "admin"


def embedded_uri(settings: StackSettings, secrets: dict[str, str]) -> str:
    """The embedded mongod's address for its administrator."""
    port = settings.port + MONGOD_OFFSET
    query = "replicaSet=rs0&authSource=admin&w=majority&journal=true"
    return f"mongodb://{ADMIN}:{secrets['mongo_admin']}@127.0.0.1:{port}/?{query}"


def running_place(settings: StackSettings) -> Place:
    """Where the platform of these settings is, whether it runs or not."""
    secrets = make_secrets(settings.home.resolve())
    return Place(
        settings=settings,
        admin_uri=settings.mongo_uri or embedded_uri(settings, secrets),
        kafka_bootstrap=",".join(settings.kafka_bootstrap) or embedded_bootstrap(settings.port),
        is_embedded_broker=not settings.kafka_bootstrap,
        secrets=secrets,
    )
