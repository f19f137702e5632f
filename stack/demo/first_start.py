"""The first start of a demonstration: organizations, passwords, keys, conversations, demo.json."""

from __future__ import annotations

import secrets as random
from collections.abc import Callable
from typing import Final

from chassis.clock import SystemClock
from services.graphql_gateway.application.identity.invitation import accept
from services.graphql_gateway.application.identity.passwords import create_operator
from services.graphql_gateway.application.keys.keys import NewKey, create_api_key
from services.graphql_gateway.application.ports import Identity
from services.ingest.entrypoints.import_archive import Target, run_import
from stack.demo.file import DemoFile, DemoOrganizationEntry, DemoUser, write_demo_file
from stack.demo.load import Loaded, Loader, archive_of
from stack.demo.organizations import ORGANIZATIONS
from stack.demo_platform import DemoPlatform
from stack.importing import ingest_settings
from stack.operate import identity_at, invited
from stack.orders import Orders
from stack.platform import Platform

Say = Callable[[str], None]
OPERATOR_EMAIL: Final = "operator@rostrum.example"


def load_demo(platform: Platform, *, say: Say) -> DemoFile:
    """Load every demonstration organization, and write what a script needs to use them."""
    if platform.place is None:
        raise RuntimeError("start the platform first")
    loader = Loader(Orders(platform.place), DemoPlatform(platform.platform_url))
    loaded = []
    for organization in ORGANIZATIONS:
        say(f"loading {organization.name}")
        loaded.append(loader.load(organization))
        _import_history(platform, loaded[-1])
        loader.speak(loaded[-1])
    say("setting passwords")
    content = _demo_file(platform, loaded)
    write_demo_file(platform.home, content)
    return content


def _import_history(platform: Platform, loaded: Loaded) -> None:
    assert platform.place is not None
    path = archive_of(loaded, platform.home / "demo-archives", SystemClock().now())
    target = Target(org_id=loaded.org_id, channel_id=loaded.archive_id)
    run_import(ingest_settings(platform.place), target, path)


def _demo_file(platform: Platform, loaded: list[Loaded]) -> DemoFile:
    assert platform.place is not None
    operator = DemoUser(email=OPERATOR_EMAIL, password=random.token_urlsafe(12), roles=["operator"])
    with identity_at(platform.place) as identity:
        create_operator(identity, email=operator.email, password=operator.password)
        entries = [_entry(identity, one) for one in loaded]
    return DemoFile(
        graphql=platform.graphql_url,
        stream=platform.stream_url,
        auth=platform.auth_url,
        platform=platform.platform_url,
        metrics=platform.metrics_urls,
        organizations=entries,
        operator=operator,
    )


def _entry(identity: Identity, loaded: Loaded) -> DemoOrganizationEntry:
    organization = loaded.organization
    for one in organization.people:
        token = invited(identity, loaded.org_id, loaded.person_ids[one.mailbox])
        accept(identity, token=token, password=loaded.passwords[organization.email(one)])
    _, key = create_api_key(identity, loaded.admin, NewKey(name="demonstration"))
    users = [
        DemoUser(
            email=organization.email(one),
            password=loaded.passwords[organization.email(one)],
            roles=[one.role.value],
        )
        for one in organization.people
    ]
    return DemoOrganizationEntry(
        slug=organization.slug, name=organization.name, api_key=key, users=users
    )
