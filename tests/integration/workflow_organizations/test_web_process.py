"""The real web process over the real database: orders, refusals, repeats, closed doors."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import urllib3

from chassis.clock import SystemClock
from chassis.http.tokens import InternalSigner
from chassis.ids import derived
from chassis.mongo.client import connect, database_name
from chassis.ports import Actor, ActorKind
from contracts.commands import Done
from contracts.flow import Noted, ReportProgress, ResendFacts
from contracts.permissions import Permission, Role, ScopeKind
from contracts.refusals import Refusal
from contracts.workflow.channels import AddChannel, AuthorizeChannel, ChannelAccess, Platform
from contracts.workflow.organizations import (
    AddPerson,
    AddUnit,
    CreateOrganization,
    GrantRole,
    OrganizationAnswer,
)
from tests.integration.workflow_organizations.server import (
    TOKEN_KEY,
    client_of,
    environment,
    own_uri,
    web_process,
)

OPERATOR = Actor(kind=ActorKind.OPERATOR, account_id="operator-1")
READER = Actor(kind=ActorKind.SERVICE, account_id="reporting")


@pytest.fixture(scope="module")
def database(mongo_uri: str, worker_namespace: str) -> Iterator[Any]:
    client = connect(mongo_uri, app_name="test")
    yield client[database_name(worker_namespace, "workflow")]
    client.close()


@pytest.fixture(scope="module")
def url(
    mongo_uri: str, worker_namespace: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    log = tmp_path_factory.mktemp("workflow") / "web.log"
    uri = own_uri(mongo_uri, worker_namespace)
    with web_process(environment(uri, worker_namespace), log) as url:
        yield url


class Caller:
    """Somebody who sends orders to the process."""

    def __init__(self, url: str, actor: Actor) -> None:
        self.actor = actor
        self._client = client_of(url)

    def send(self, command: Any, key: str | None = None) -> Any:
        to = "workflow" if type(command).OWNER == "*" else None
        return self._client.send(command, self.actor, key=key, to=to)

    def code(self, command: Any, key: str | None = None) -> str:
        with pytest.raises(Refusal) as failed:
            self.send(command, key)
        return failed.value.code.value


def an_organization(url: str, slug: str) -> Caller:
    answer = Caller(url, OPERATOR).send(
        CreateOrganization(
            slug=slug, name=slug, admin_email=f"ada@{slug}.example", admin_name="Ada"
        )
    )
    assert isinstance(answer, OrganizationAnswer)
    assert answer.organization_id == derived("organization", slug)
    return Caller(
        url,
        Actor(
            kind=ActorKind.PERSON,
            account_id=answer.account_id,
            org_id=answer.organization_id,
            person_id=answer.person_id,
        ),
    )


def a_member(admin: Caller, url: str, email: str) -> Caller:
    person = admin.send(AddPerson(email=email, name=email.partition("@")[0]))
    return Caller(
        url,
        Actor(
            kind=ActorKind.PERSON,
            account_id=derived("account", email),
            org_id=admin.actor.org_id,
            person_id=person.id,
        ),
    )


def test_an_organization_is_built_up_by_orders(url: str) -> None:
    admin = an_organization(url, "agency")
    press = admin.send(AddUnit(name="Press", time_zone="Europe/Berlin"))
    desk = admin.send(AddUnit(name="Desk", parent_id=press.id))
    bob = a_member(admin, url, "bob@agency.example")
    assert bob.code(AddUnit(name="New", parent_id=desk.id)) == "Forbidden"
    admin.send(
        GrantRole(
            person_id=str(bob.actor.person_id),
            role=Role.MANAGER,
            scope=ScopeKind.UNIT,
            scope_id=press.id,
        )
    )
    assert isinstance(bob.send(AddUnit(name="New", parent_id=desk.id)), Done)
    assert bob.code(AddUnit(name="New")) == "Forbidden"

    channel = bob.send(
        AddChannel(
            platform=Platform.MASTODON,
            name="Agency",
            unit_id=desk.id,
            steward_id=str(bob.actor.person_id),
            deputy_ids=(str(admin.actor.person_id),),
            base_url="https://mastodon.example",
        )
    )
    ask = AuthorizeChannel(channel_id=channel.id, permission=Permission.CHANNEL_CONNECT)
    access = bob.send(ask)
    assert isinstance(access, ChannelAccess)
    assert (access.unit_id, access.state) == (desk.id, "approved")


def test_another_tenants_ids_answer_like_no_ids(url: str) -> None:
    town, city = an_organization(url, "town"), an_organization(url, "city")
    theirs = town.send(AddUnit(name="Theirs")).id

    def document(unit_id: str) -> dict[str, Any]:
        with pytest.raises(Refusal) as failed:
            city.send(AddUnit(name="Mine", parent_id=unit_id))
        refusal = failed.value
        sentence = refusal.sentence.replace(unit_id, "…")
        return {"code": refusal.code, "sentence": sentence, "data": refusal.data}

    assert document(theirs) == document("00000000-0000-7000-8000-000000000001")


def test_a_slug_is_taken_once_and_bad_input_is_named(url: str) -> None:
    an_organization(url, "library")
    operator = Caller(url, OPERATOR)
    again = CreateOrganization(
        slug="library", name="L", admin_email="eve@library.example", admin_name="Eve"
    )
    assert operator.code(again) == "AlreadyExists"
    bad = CreateOrganization(slug="A B", name="L", admin_email="x@y.example", admin_name="X")
    assert operator.code(bad) == "InvalidArgument"


def test_a_repeat_is_the_first_answer_and_happens_once(url: str, database: Any) -> None:
    admin = an_organization(url, "museum")
    command = AddUnit(name="Once")

    first = admin.send(command, key="key-1")
    assert admin.send(command, key="key-1") == first
    assert database.units.count_documents({"org_id": admin.actor.org_id}) == 1
    assert admin.code(AddUnit(name="Other"), key="key-1") == "IdempotencyMismatch"

    wrong = AddUnit(name="Below", parent_id="nowhere")
    assert admin.code(wrong, key="key-2") == admin.code(wrong, key="key-2") == "NotFound"


def test_parallel_repeats_happen_once(url: str, database: Any) -> None:
    admin = an_organization(url, "theatre")

    def send(n: int) -> str:
        return str(admin.send(AddUnit(name=f"Unit {n // 8}"), key=f"key-{n // 8}").id)

    with ThreadPoolExecutor(8) as pool:
        ids = list(pool.map(send, range(40)))
    assert len(set(ids)) == 5
    assert database.units.count_documents({"org_id": admin.actor.org_id}) == 5


def test_state_audit_facts_and_answer_are_stored_together(url: str, database: Any) -> None:
    admin = an_organization(url, "school")
    unit = admin.send(AddUnit(name="Press"), key="key-1")
    org = {"org_id": admin.actor.org_id}

    entry = database.audit_entries.find_one({**org, "aggregate_id": unit.id})
    assert entry["actor"]["person_id"] == admin.actor.person_id
    fact = database.outbox.find_one({**org, "aggregate_id": unit.id})
    assert (fact["type"], fact["sequence"]) == ("rostrum.workflow.UnitAdded.v1", 1)
    assert fact["traceparent"]
    assert database.idempotency.count_documents({**org, "key": "key-1"}) == 1


def test_readers_of_facts_report_and_ask_again(url: str, database: Any) -> None:
    admin = an_organization(url, "opera")
    unit = admin.send(AddUnit(name="Press")).id
    database.outbox.update_many({}, {"$set": {"sent_at": SystemClock().now()}})
    resend = ResendFacts(
        topic="workflow.organizations",
        org_id=str(admin.actor.org_id),
        aggregate_id=unit,
        from_sequence=1,
    )
    progress = ReportProgress(
        group="graphql_gateway.organizations",
        topic="workflow.organizations",
        applied_up_to=SystemClock().now(),
    )

    assert admin.code(resend) == admin.code(progress) == "Forbidden"
    assert Caller(url, READER).send(resend) == Noted(count=1)
    assert Caller(url, READER).send(progress) == Noted(count=1)
    assert database.outbox.find_one({"aggregate_id": unit})["sent_at"] is None
    assert database.progress.count_documents({"topic": "workflow.organizations"}) == 1


@pytest.mark.parametrize(
    ("name", "token", "kind", "body", "status"),
    [
        ("AddUnit", "", "application/json", b"{}", 401),
        ("AddUnit", "forged", "application/json", b"{}", 401),
        ("AddUnit", "other audience", "application/json", b"{}", 401),
        ("AddUnit", "good", "text/plain", b"{}", 415),
        ("AddUnit", "good", "application/json", b"{", 400),
        ("AddUnit", "good", "application/json", b'{"name": 7}', 422),
        ("AddUnit", "good", "application/json", b'{"name": "X", "extra": 1}', 422),
        ("Nonsense", "good", "application/json", b"{}", 404),
        ("ConnectChannel", "good", "application/json", b"{}", 404),
    ],
)
def test_a_wrong_request_is_answered_with_a_problem_document(
    url: str, name: str, token: str, kind: str, body: bytes, status: int
) -> None:
    signer = InternalSigner(TOKEN_KEY, SystemClock())
    actor = Actor(kind=ActorKind.PERSON, account_id="a", org_id="o", person_id="p")
    tokens = {
        "": "",
        "forged": InternalSigner("another-key-of-thirty-two-signs-!", SystemClock()).sign(
            actor, "workflow"
        ),
        "other audience": signer.sign(actor, "ingest"),
        "good": signer.sign(actor, "workflow"),
    }
    response = urllib3.request(
        "POST",
        f"{url}/commands/{name}",
        body=body,
        headers={"Authorization": f"Bearer {tokens[token]}", "Content-Type": kind},
        retries=False,
    )

    assert response.status == status
    assert response.headers["Content-Type"] == "application/problem+json"
    assert json.loads(response.data)["status"] == status


def test_the_process_tells_its_health_and_metrics(url: str) -> None:
    for door in ("livez", "readyz"):
        assert urllib3.request("GET", f"{url}/{door}").status == 200
    shown = urllib3.request("GET", f"{url}/metrics").data.decode()
    assert 'rostrum_command_seconds_count{command="AddUnit",outcome="ok"}' in shown


def test_an_unprepared_database_stops_the_start(
    mongo_uri: str, namespace: str, tmp_path: Path
) -> None:
    log = tmp_path / "web.log"
    with pytest.raises(AssertionError), web_process(environment(mongo_uri, namespace), log):
        pass
    assert "run `rostrum prepare` first" in log.read_text()
