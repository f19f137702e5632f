"""POST /media and GET /media/<hash>, over the twins of store and owner."""

from __future__ import annotations

import hashlib
import threading
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from prometheus_client import CollectorRegistry

from chassis.blobs import BlobRef, MemoryBlobs
from chassis.health import Health
from chassis.http.app import create_app
from chassis.metrics import Metrics
from chassis.ports import Actor, ActorKind
from contracts.permissions import Role, ScopeKind
from contracts.refusals import Refusal, RefusalCode
from contracts.views.workflow import GrantView
from contracts.workflow.media import AddMedia, MediaAnswer
from services.graphql_gateway.adapters.http.media import MediaDoor, media_blueprint
from services.graphql_gateway.adapters.images import clean
from services.graphql_gateway.application.media.keep_media import MediaDesk
from services.graphql_gateway.domain.media.kinds import MediaLimits
from services.graphql_gateway.domain.viewer import Viewer
from services.graphql_gateway.metrics import METRICS
from tests.support.media import SECRET, a_jpeg, a_png, an_image

NOW = datetime(2026, 3, 2, tzinfo=UTC)
ROLES = {"ann": Role.AUTHOR, "una": Role.ANALYST}


class Owner:
    """Keeps what it was told; also what the views show of it."""

    def __init__(self) -> None:
        self.told: dict[tuple[str, str], AddMedia] = {}
        self.refusal: Refusal | None = None

    def tell(self, order: AddMedia, actor: Actor) -> MediaAnswer:
        if self.refusal:
            raise self.refusal
        place = (actor.org_id or "", order.hash)
        is_new = place not in self.told
        self.told[place] = order
        return MediaAnswer(id=order.hash, is_new=is_new, kept_bytes=order.size)

    def of(self, org_id: str) -> Any:
        owner = self

        class Rows:
            def find(self, wanted: Any) -> list[dict[str, Any]]:
                found = owner.told.get((org_id, wanted.where["hash"]))
                return [{"_id": "m", "content_type": found.content_type}] if found else []

        return Rows()


class People:
    """Tokens are ``<organization>/<name>``."""

    def authenticate(self, header: str) -> Actor:
        org_id, _, name = header.removeprefix("Bearer ").partition("/")
        if not name:
            raise Refusal(RefusalCode.UNAUTHENTICATED, "Sign in.")
        return Actor(kind=ActorKind.PERSON, account_id=name, org_id=org_id or None, person_id=name)

    def of(self, actor: Actor) -> Viewer:
        role = ROLES.get(actor.account_id)
        held = [a_grant(actor, role)] if role else []
        return Viewer(actor, held, {"press": None}, now=NOW)


def a_grant(actor: Actor, role: Role) -> GrantView:
    """A role in one unit: enough to write somewhere."""
    return GrantView(
        id="g",
        org_id=actor.org_id or "",
        person_id=actor.account_id,
        role=role,
        scope=ScopeKind.UNIT,
        scope_id="press",
        starts_at=None,
        ends_at=None,
        is_revoked=False,
        created_at=NOW,
    )


class Full(MemoryBlobs):
    """A disk without room."""

    def put(self, org_id: str, content: bytes) -> BlobRef:
        raise OSError("no space left on device")


class World:
    """An app with its parts at hand."""

    def __init__(self, blobs: MemoryBlobs | None = None) -> None:
        self.owner, self.blobs, self.people = Owner(), blobs or MemoryBlobs(), People()
        self.places = threading.BoundedSemaphore(1)
        registry = CollectorRegistry()
        limits = MediaLimits(image_bytes=20_000, video_bytes=30_000, captions_bytes=1_000)
        door = MediaDoor(
            desk=MediaDesk(self.blobs, clean, self.owner.tell, limits),
            reader=self.owner,
            viewers=self.people,  # type: ignore[arg-type]
            authenticate=self.people.authenticate,
            metrics=Metrics(METRICS, registry),
            places=self.places,
        )
        app = create_app(
            "gateway", blueprints=[media_blueprint(door)], health=Health(), registry=registry
        )
        self.client: FlaskClient = app.test_client()

    def post(self, content: bytes, kind: str = "", who: str = "city/ann") -> Any:
        headers = {"Authorization": f"Bearer {who}"}
        return self.client.post("/media", data=content, headers=headers, content_type=kind or None)

    def get(self, sha256: str, who: str = "city/ann", **headers: str) -> Any:
        given = {"Authorization": f"Bearer {who}", **headers}
        return self.client.get(f"/media/{sha256}", headers=given)


@pytest.fixture
def world() -> World:
    return World()


def test_a_photograph_is_kept_without_its_place_and_given_back(world: World) -> None:
    answer = world.post(a_jpeg())

    found = answer.get_json()
    assert answer.status_code == 201
    assert {k: found[k] for k in ("contentType", "width", "height", "isNew")} == {
        "contentType": "image/jpeg",
        "width": 40,
        "height": 30,
        "isNew": True,
    }
    kept = world.get(found["hash"])
    assert hashlib.sha256(kept.data).hexdigest() == found["hash"]
    assert (len(kept.data), SECRET in kept.data) == (found["size"], False)
    assert kept.headers["Content-Type"] == "image/jpeg"
    assert kept.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in kept.headers["Content-Security-Policy"]
    assert kept.headers["Content-Disposition"].startswith("attachment; filename=")


def test_a_form_is_taken_as_well(world: World) -> None:
    headers = {"Authorization": "Bearer city/ann"}
    data = {"file": (BytesIO(a_png()), "../../evil.html", "image/png")}
    answer = world.client.post("/media", data=data, headers=headers)

    assert (answer.status_code, answer.get_json()["contentType"]) == (201, "image/png")


def test_the_same_file_again_is_known(world: World) -> None:
    first, again = world.post(a_png()), world.post(a_png())

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.get_json()["hash"] == again.get_json()["hash"]


@pytest.mark.parametrize(
    ("content", "kind", "status", "code"),
    [
        (a_jpeg(), "image/png", 415, "UnsupportedMedia"),
        (b"<html>", "text/html", 415, "UnsupportedMedia"),
        (b"", "image/png", 400, "Malformed"),
        (an_image("PNG") + bytes(20_000), "", 413, "TooLarge"),
        (bytes(40_000), "", 413, "TooLarge"),
    ],
)
def test_what_is_wrong_is_refused_and_nothing_is_kept(
    world: World, content: bytes, kind: str, status: int, code: str
) -> None:
    answer = world.post(content, kind)

    assert (answer.status_code, answer.get_json()["code"]) == (status, code)
    assert not world.owner.told
    assert not world.blobs.has("city", hashlib.sha256(content).hexdigest())


def test_a_body_without_a_length_is_held_to_the_limit_too(world: World) -> None:
    headers = {"Authorization": "Bearer city/ann", "Transfer-Encoding": "chunked"}
    answer = world.client.post(
        "/media",
        input_stream=BytesIO(a_png() + bytes(50_000)),
        headers=headers,
        environ_overrides={"wsgi.input_terminated": True},
    )

    assert answer.status_code == 413


def test_who_may_not_write_is_refused_before_anything_is_read(world: World) -> None:
    for who, status in (("city/una", 403), ("city/nobody", 403), ("", 401), ("/ann", 422)):
        answer = world.post(b"x" * 40_000, who=who)
        assert answer.status_code == status, who


def test_who_may_read_is_given_it_and_no_other_organization(world: World) -> None:
    sha256 = world.post(a_png()).get_json()["hash"]

    assert world.get(sha256, "city/una").status_code == 200
    assert world.get(sha256, "county/ann").status_code == 404
    assert world.get(sha256, "city/nobody").status_code == 403
    assert world.get("0" * 64).status_code == 404
    assert world.get("..%2f..%2fetc%2fpasswd").status_code == 404


def test_a_part_of_it_and_what_a_browser_knows_already(world: World) -> None:
    sha256 = world.post(a_png()).get_json()["hash"]

    part = world.get(sha256, Range="bytes=0-7")
    assert (part.status_code, part.data) == (206, b"\x89PNG\r\n\x1a\n")
    assert world.get(sha256, **{"If-None-Match": f'"{sha256}"'}).status_code == 304


def test_what_has_no_room_is_not_left_lying_about(world: World) -> None:
    world.owner.refusal = Refusal(RefusalCode.QUOTA_EXCEEDED, "Full.")

    answer = world.post(a_png())

    assert (answer.status_code, answer.get_json()["code"]) == (422, "QuotaExceeded")
    assert not world.blobs._blobs


def test_a_full_disk_is_said_and_nothing_is_told() -> None:
    world = World(Full())

    answer = world.post(a_png())

    assert (answer.status_code, answer.get_json()["code"]) == (503, "Unavailable")
    assert not world.owner.told
