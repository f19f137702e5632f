"""The gateway's web app over a real database, with owners of commands that only record."""

from __future__ import annotations

import threading
from typing import Any

from argon2 import PasswordHasher
from flask import Flask
from msgspec.structs import replace
from pymongo import MongoClient
from werkzeug.serving import make_server

from chassis.mongo.client import connect
from chassis.ports import Actor, ActorKind
from chassis.prepare import prepare
from chassis.settings import load
from services.graphql_gateway.adapters.secrets import Argon2Passwords
from services.graphql_gateway.application.identity.passwords import set_password
from services.graphql_gateway.application.keys.keys import NewKey, create_api_key
from services.graphql_gateway.application.ports import Passwords
from services.graphql_gateway.bootstrap import PLAN, Parts, open_parts, web_app
from services.graphql_gateway.domain.credentials import INSTALLATION, Account, Membership
from services.graphql_gateway.settings import GatewaySettings
from tests.integration.gateway.conftest import RecordingSender
from tests.support import gateway_data as a

KEY = "k" * 64
PASSWORD = "correct horse battery"


class Doors:
    """An app, its parts, and what was sent to the owners."""

    def __init__(self, uri: str, namespace: str, *, mode: str = "demo", **told: str) -> None:
        self.client: MongoClient[dict[str, Any]] = connect(uri, app_name="gateway-doors")
        prepare(self.client, namespace, [PLAN])
        self.environment = {
            "ROSTRUM_MODE": mode,
            "ROSTRUM_NAMESPACE": namespace,
            "ROSTRUM_MONGO_URI": uri,
            "ROSTRUM_KAFKA_BOOTSTRAP": "127.0.0.1:1",
            "ROSTRUM_TOKEN_KEY": KEY,
            "ROSTRUM_AUDIT_KEY": KEY,
            "ROSTRUM_ACCESS_KEY": KEY,
            **told,
        }
        self.parts: Parts = open_parts(load(GatewaySettings, self.environment))
        self.sender = RecordingSender()
        cheap = Argon2Passwords(PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
        self.keep_passwords(cheap)
        self._workflow = self.client[f"{namespace}_workflow"]
        self.own = self.client[f"{namespace}_gateway"]
        self._app: Flask | None = None

    def keep_passwords(self, passwords: Passwords) -> None:
        """Hash with these; the real parameters cost 50 ms each."""
        vars(self.parts)["identity"] = replace(self.parts.identity, passwords=passwords)

    @property
    def app(self) -> Flask:
        """The web app, made once."""
        if self._app is None:
            self._app = web_app(self.parts)
        return self._app

    def close(self) -> None:
        self.parts.close()
        self.client.close()

    def put(self, collection: str, *docs: a.Doc) -> None:
        """Documents of workflow."""
        self._workflow[collection].insert_many(list(docs))

    def a_member(
        self, name: str, role: str | None = "admin", org: str = "org-a", **grant: Any
    ) -> Actor:
        """A person with an account, a password and a role; their organization must exist."""
        person = a.a_person(f"{name}-{org}", org, email=f"{name}@example.org")
        account = self.parts.identity.ids.derived("account", f"{name}@example.org")
        self.put("people", {**person, "account_id": account})
        if role:
            self.put("grants", a.a_grant(person["_id"], role, org, **grant))
        self._join(account, f"{name}@example.org", org, person["_id"])
        return Actor(kind=ActorKind.PERSON, account_id=account, org_id=org, person_id=person["_id"])

    def _join(self, account: str, email: str, org: str, person: str) -> None:
        identity = self.parts.identity
        system = Actor(kind=ActorKind.SERVICE, account_id="test")

        def join(work: Any) -> None:
            found = work.first(Account, id=account)
            made = found or Account(
                id=account, org_id=INSTALLATION, email=email, created_at=work.now
            )
            made = made.joined(Membership(org_id=org, person_id=person, is_active=True))
            (work.save if found else work.add)(made)

        identity.units.run(system, INSTALLATION, join)
        set_password(identity, email=email, password=PASSWORD)

    def a_key(self, actor: Actor, **wish: Any) -> str:
        """The text of a new API key."""
        return create_api_key(self.parts.identity, actor, NewKey(name="test", **wish))[1]


class Served:
    """An app behind a real socket, for clients in other languages."""

    def __init__(self, app: Flask) -> None:
        self._server = make_server("127.0.0.1", 0, app, threaded=True)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """Of /graphql."""
        return f"http://127.0.0.1:{self._server.server_port}/graphql"

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
