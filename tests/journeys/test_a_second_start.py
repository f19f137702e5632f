"""A second start finds everything as it was left."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.api import Api, sign_in
from tests.support.ports import free_block
from tests.support.programs import PASSWORD, Program
from tests.support.running import started
from tests.support.waiting import eventually

INBOX = "{ conversations(first: 5) { nodes { preview } } }"

pytestmark = pytest.mark.timeout(300)


def test_what_was_there_is_there_again_and_everything_ended_in_peace(
    mongo_uri: str, kafka_bootstrap: str, namespace: str, tmp_path: Path
) -> None:
    told = {
        "ROSTRUM_MODE": "test",
        "ROSTRUM_HOME": str(tmp_path),
        "ROSTRUM_PORT": str(free_block()),
        "ROSTRUM_NAMESPACE": namespace,
        "ROSTRUM_MONGO_URI": mongo_uri,
        "ROSTRUM_KAFKA_BOOTSTRAP": kafka_bootstrap,
        "ROSTRUM_KAFKA_SESSION_MS": "3000",
    }
    with started(told) as first:
        program = Program(first)
        tenant = program.tenant("choir")
        handle = tenant.slug.replace("-", "_")
        tenant.mastodon(tenant.unit("Tenors"), handle)
        program.public.post(program.public.account("fan"), f"@{handle} when do you sing?")
        api = tenant.admin.api
        eventually(lambda: api.ask(INBOX)["conversations"]["nodes"], within_s=120, every_s=0.2)
    codes = {child.name: child.process.returncode for child in first.supervisor.children
             if child.process is not None and not child.is_server}  # fmt: skip
    assert set(codes.values()) == {0}, codes
    with started(told) as second:
        token = sign_in(second.auth_url, tenant.admin.email, PASSWORD)
        again = Api(second.graphql_url, token)
        (found,) = again.ask(INBOX)["conversations"]["nodes"]
        assert "when do you sing?" in found["preview"]
        program.public.post(program.public.account("fan"), f"@{handle} and where?")

        def both() -> bool:
            return len(again.ask(INBOX)["conversations"]["nodes"]) == 2

        eventually(both, within_s=120, every_s=0.2)
