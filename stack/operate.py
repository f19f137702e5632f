"""What operators do from the command line, on the platform of their settings."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any, Final

import msgspec

from chassis.audit.chain import public_key, signing_key
from chassis.audit.verifier import verify
from chassis.clock import SystemClock
from chassis.consumer.redrive import letters
from chassis.consumer.redrive import redrive as redrive_letter
from chassis.errors import Refusal, RefusalCode, Unavailable, not_found
from chassis.ids import SystemIds
from chassis.mongo.client import connect, database_name, guarded_database
from chassis.mongo.factory import WorkFactory
from chassis.mongo.mapping import Mappings
from contracts.topics import SUBSCRIPTIONS
from contracts.workflow.organizations import CreateOrganization, OrganizationAnswer
from services.graphql_gateway.application.identity import passwords
from services.graphql_gateway.application.identity.invitation import invitation_token
from services.graphql_gateway.application.ports import Identity
from services.graphql_gateway.bootstrap import identity_in
from services.reporting.bootstrap import rebuild
from services.workflow.entrypoints.verify_corrections import chain_flaws
from stack.environment import Place, service_uri
from stack.orders import OPERATOR, Orders
from stack.place import running_place
from stack.settings import StackSettings

INVITED_WITHIN: Final = 30.0


@contextmanager
def identity_at(place: Place) -> Iterator[Identity]:
    """Accounts, invitations and keys of a platform."""
    uri = service_uri(place, "graphql_gateway")
    with identity_in(uri, place.settings.namespace, place.secrets["access_key"]) as identity:
        yield identity


def create_organization(settings: StackSettings, order: CreateOrganization) -> str:
    """The link under which the first admin sets a password. Refuses AlreadyExists."""
    place = running_place(settings)
    made = Orders(place).give(order, OPERATOR, OrganizationAnswer)
    return _link(place, made.organization_id, made.person_id)


def invitation_link(settings: StackSettings, slug: str, email: str) -> str:
    """A new link for a member who has not set a password. Refuses NotFound, AlreadyExists."""
    place = running_place(settings)
    ids = SystemIds(SystemClock())
    org_id = ids.derived("organization", slug)
    wanted = {"org_id": org_id, "account_id": ids.derived("account", email.strip().casefold())}
    client = connect(place.admin_uri, app_name="rostrum-invite")
    try:
        database = guarded_database(client, database_name(settings.namespace, "workflow"))
        found = database["people"].find_one(wanted, {"_id": 1})
    finally:
        client.close()
    if found is None:
        raise not_found("person", email)
    return _link(place, org_id, found["_id"])


def _link(place: Place, org_id: str, person_id: str) -> str:
    with identity_at(place) as identity:
        token = invited(identity, org_id, person_id)
    return f"http://127.0.0.1:{place.settings.port}/auth/accept#token={token}"


def invited(identity: Identity, org_id: str, person_id: str) -> str:
    """A token of the person's invitation; the gateway invites a moment after it hears of them."""
    deadline, pause = monotonic() + INVITED_WITHIN, threading.Event()
    while True:
        try:
            return invitation_token(identity, org_id=org_id, person_id=person_id)
        except Refusal as no:
            if no.code is not RefusalCode.NOT_FOUND:
                raise
            if monotonic() > deadline:
                raise Unavailable("The gateway has not invited the admin; is it up?") from no
        pause.wait(0.2)


def create_operator(settings: StackSettings, email: str, password: str) -> None:
    """An account with the installation's role and no tenant."""
    with identity_at(running_place(settings)) as identity:
        passwords.create_operator(identity, email=email, password=password)


def dead_letters(settings: StackSettings, service: str) -> list[dict[str, Any]]:
    """Facts that the service set aside and nobody has settled."""
    with _factory(running_place(settings), service) as factory:
        found = [letter for group in _groups(service) for letter in letters(factory, group)]
    return [msgspec.to_builtins(letter) for letter in found]


def redrive(settings: StackSettings, service: str) -> int:
    """Hand every set-aside fact of a service to its consumer again; how many."""
    with _factory(running_place(settings), service) as factory:
        found = [letter for group in _groups(service) for letter in letters(factory, group)]
        for letter in found:
            redrive_letter(factory, letter.id)
    return len(found)


def _groups(service: str) -> list[str]:
    return [group.value for group in SUBSCRIPTIONS if group.reader == service]


@contextmanager
def _factory(place: Place, service: str) -> Iterator[WorkFactory]:
    clock = SystemClock()
    client = connect(service_uri(place, service), app_name="rostrum-command-line")
    try:
        yield WorkFactory(
            client=client,
            database_name=database_name(place.settings.namespace, service),
            mappings=Mappings([]),
            clock=clock,
            ids=SystemIds(clock),
            service=service,
        )
    finally:
        client.close()


def verify_audit(settings: StackSettings, service: str) -> list[str]:
    """What is wrong with the chains of a service, a sentence each; empty if nothing is."""
    place = running_place(settings)
    client = connect(place.admin_uri, app_name="rostrum-audit")
    try:
        database = client[database_name(place.settings.namespace, service)]
        report = verify(database, key=public_key(signing_key(place.secrets["audit_key"])))
    finally:
        client.close()
    return [
        f"{finding.fault.value} {finding.where} {finding.detail}" for finding in report.findings
    ]


def verify_corrections(settings: StackSettings, slug: str) -> list[str]:
    """What is wrong with the chain of an organization's corrections; empty if nothing is."""
    place = running_place(settings)
    org_id = SystemIds(SystemClock()).derived("organization", slug)
    flaws = chain_flaws(service_uri(place, "workflow"), place.settings.namespace, org_id)
    return [f"link {flaw.n} {flaw.correction_id}: {flaw.what}" for flaw in flaws]


def rebuild_reports(settings: StackSettings, slug: str | None) -> Iterator[str]:
    """Fold the fact log again, of one organization or of all; a sentence for each."""
    place = running_place(settings)
    wanted = None if slug is None else [SystemIds(SystemClock()).derived("organization", slug)]
    uri = service_uri(place, "reporting")
    for done in rebuild(uri, place.settings.namespace, wanted):
        yield (
            f"{done.org_id}: {done.lines} facts folded again, {done.caught_up} came in meanwhile,"
            f" {done.day_documents} day documents."
        )
