"""A post with a picture: uploaded, cleaned, described, reviewed, and seen on the platform."""

from __future__ import annotations

import hashlib
from io import BytesIO
from typing import Any

import pytest
import requests
from PIL import Image

from stack.platform import Platform
from tests.support.api import Api
from tests.support.breaking import account_id
from tests.support.media import CAPTIONS, SECRET, a_jpeg, a_movie
from tests.support.programs import Member, Program, Tenant
from tests.support.waiting import eventually
from tests.support.web import Web

pytestmark = pytest.mark.timeout(300)

ALT = "The old bridge, half red and half blue."
ITEM = """query($id: ID!) { contentItem(id: $id) { state versionHash
    deliveries(first: 5) { nodes { state reason } } } }"""


@pytest.fixture(scope="module")
def town(program: Program) -> Tenant:
    tenant = program.tenant("bridges")
    tenant.unit("Press")
    return tenant


@pytest.fixture(scope="module")
def handle(town: Tenant) -> str:
    return town.slug.replace("-", "_")


@pytest.fixture(scope="module")
def account(town: Tenant, handle: str) -> str:
    return town.mastodon(town.units["Press"], handle)


@pytest.fixture(scope="module")
def author(town: Tenant) -> Member:
    return town.member("anna", "AUTHOR", scope=town.units["Press"])


@pytest.fixture(scope="module")
def reviewer(town: Tenant) -> Member:
    return town.member("rolf", "REVIEWER")


def uploaded(member: Member, content: bytes, kind: str = "") -> Any:
    """The answer of POST /media."""
    headers = {"Authorization": f"Bearer {member.api.token}", "Content-Type": kind}
    url = member.api.url.replace("/graphql", "/media")
    return requests.post(url, data=content, headers=headers, timeout=30)


def fetched(member: Member, sha256: str) -> Any:
    headers = {"Authorization": f"Bearer {member.api.token}"}
    url = member.api.url.replace("/graphql", f"/media/{sha256}")
    return requests.get(url, headers=headers, timeout=30)


def goes_out(author: Member, reviewer: Member, town: Tenant, variant: dict[str, Any]) -> str:
    """The id of a post that was drafted, reviewed and sent on its way."""
    draft = {"unitId": town.units["Press"], "variants": [variant]}
    item = author.api.done("contentDraft", draft, "contentItem { id }")["contentItem"]["id"]
    frozen = author.api.done("contentSubmit", {"contentId": item}, "contentItem { versionHash }")
    vote = {"contentId": item, "verdict": "APPROVE", **frozen["contentItem"]}
    reviewer.api.done("contentVote", vote, "contentItem { state }")
    reviewer.api.done("contentSchedule", {"contentId": item}, "contentItem { state }")
    return str(item)


def is_out(town: Tenant, item: str) -> bool:
    return bool(town.admin.api.ask(ITEM, id=item)["contentItem"]["state"] == "PUBLISHED")


def test_a_photograph_is_uploaded_reviewed_and_seen_with_its_words(
    platform: Platform, town: Tenant, account: str, handle: str, author: Member, reviewer: Member
) -> None:
    answer = uploaded(author, a_jpeg(orientation=6), "image/jpeg")
    assert answer.status_code == 201, answer.text
    found = answer.json()
    assert (found["contentType"], found["width"], found["height"]) == ("image/jpeg", 30, 40)
    kept = fetched(reviewer, found["hash"])
    assert hashlib.sha256(kept.content).hexdigest() == found["hash"]
    assert SECRET not in kept.content
    image = {"hash": found["hash"], "contentType": found["contentType"], "altText": ALT}
    variant = {"channelId": account, "text": "The bridge is open again.", "media": [image]}

    item = goes_out(author, reviewer, town, variant)

    eventually(lambda: is_out(town, item), within_s=120)
    url = f"{platform.platform_url}/api/v1/accounts/{account_id(platform.platform_url, handle)}"
    (status,) = requests.get(f"{url}/statuses", timeout=30).json()
    (shown,) = status["media_attachments"]
    assert shown["description"] == ALT
    on_the_platform = requests.get(shown["url"], timeout=30).content
    assert on_the_platform == kept.content
    with Image.open(BytesIO(on_the_platform)) as seen:
        assert seen.size == (30, 40)


def test_the_library_and_the_room_it_takes_are_seen(
    town: Tenant, account: str, author: Member
) -> None:
    size = uploaded(author, a_jpeg(), "image/jpeg").json()["size"]
    query = """{ mediaFiles(first: 5) { nodes { hash contentType size path addedBy { name } } }
        viewer { organization { mediaUsage { files keptBytes quotaBytes } } } }"""

    found = town.admin.api.ask(query)

    newest = found["mediaFiles"]["nodes"][0]
    assert (newest["contentType"], newest["size"]) == ("image/jpeg", size)
    assert newest["addedBy"] == {"name": "Anna"}
    assert newest["path"] == f"/media/{newest['hash']}"
    usage = found["viewer"]["organization"]["mediaUsage"]
    assert usage["files"] >= 1
    assert size <= usage["keptBytes"] < usage["quotaBytes"]
    rules = "query($id: ID!) { channel(id: $id) { mediaRules { most kinds imageBytes } } }"
    said = town.admin.api.ask(rules, id=account)["channel"]["mediaRules"]
    assert (said["most"], said["imageBytes"]) == (4, 10_485_760)


def test_what_may_not_be_attached_is_refused_while_it_is_drafted(
    town: Tenant, account: str, author: Member
) -> None:
    assert uploaded(author, a_jpeg(), "image/png").json()["code"] == "UnsupportedMedia"
    assert uploaded(author, b"<svg/>", "image/svg+xml").json()["code"] == "UnsupportedMedia"
    captions = uploaded(author, CAPTIONS).json()
    unknown = {"hash": "0" * 64, "contentType": "image/png"}
    alone = {"hash": captions["hash"], "contentType": "text/vtt"}
    for media in ([unknown], [alone]):
        variant = {"channelId": account, "text": "Look.", "media": media}
        draft = {"unitId": town.units["Press"], "variants": [variant]}
        payload = author.api.do("contentDraft", draft, "contentItem { id }")
        (error,) = payload["userErrors"]
        assert error["code"] == "MediaRefused"
        assert error["field"] == ["input", "variants", "0", "media", "0", "hash"]


def test_nobody_else_is_given_a_file(program: Program, author: Member) -> None:
    found = uploaded(author, a_jpeg(orientation=3)).json()
    stranger = program.tenant("elsewhere").admin

    assert fetched(stranger, found["hash"]).status_code == 404
    analyst = fetched(author, "f" * 64)
    assert analyst.status_code == 404
    url = author.api.url.replace("/graphql", f"/media/{found['hash']}")
    assert requests.get(url, timeout=30).status_code == 401


def test_a_film_with_captions_goes_to_an_address_in_one_piece(
    town: Tenant, author: Member, reviewer: Member, web: Web
) -> None:
    taken = web.take("/films/in", status=204)
    given = {
        "platform": "WEBHOOK",
        "name": "Film board",
        "unitId": town.units["Press"],
        "stewardId": town.admin.id,
        "baseUrl": f"http://127.0.0.1:{web.port}/films/in",
    }
    api = town.admin.api
    channel = api.done("channelAdd", given, "channel { id }")["channel"]["id"]
    api.done("channelConnect", {"channelId": channel, "credentials": []}, "channel { id }")
    eventually(lambda: town.channel(channel)["state"] == "ACTIVE", within_s=20)
    film, captions = uploaded(author, a_movie()).json(), uploaded(author, CAPTIONS).json()
    one = {"hash": film["hash"], "contentType": "video/mp4", "captions": captions["hash"]}
    media = [{**one, "altText": "The bridge opens."}]

    item = goes_out(
        author, reviewer, town, {"channelId": channel, "text": "See it open.", "media": media}
    )

    eventually(lambda: is_out(town, item), within_s=120)
    (sent,) = taken[0]["media"]
    assert (sent["sha256"], sent["content_type"]) == (film["hash"], "video/mp4")
    assert sent["captions"].encode() == CAPTIONS


def test_a_program_uploads_with_a_key_that_may_write(town: Tenant) -> None:
    def a_key(*scopes: str) -> Member:
        given = {"name": "Picture desk", "scopes": list(scopes)}
        made = town.admin.api.done("apiKeyCreate", given, "secret")
        return Member("", "", Api(town.admin.api.url, made["secret"]))

    writer, reader = a_key("CONTENT_WRITE"), a_key("CONTENT_READ")

    found = uploaded(writer, a_jpeg(orientation=8), "image/jpeg")

    assert found.status_code == 201, found.text
    assert uploaded(reader, a_jpeg(), "image/jpeg").status_code == 403
    assert fetched(reader, found.json()["hash"]).status_code == 200
    assert fetched(writer, found.json()["hash"]).status_code == 403
