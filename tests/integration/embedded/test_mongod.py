"""The embedded database: what it promises when it is killed, moved or opened by a stranger."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.errors import OperationFailure

from stack.embedded.mongod import EmbeddedMongod
from stack.embedded.process import StartError
from tests.support.platform import an_embedded_mongod
from tests.support.ports import free_port

Client = MongoClient[dict[str, Any]]


@pytest.fixture(scope="module")
def mongod(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedMongod]:
    server = an_embedded_mongod(tmp_path_factory.mktemp("mongod"), password="p@ss/wörd")
    server.start()
    yield server
    server.stop()


def test_acknowledged_writes_survive_a_kill(mongod: EmbeddedMongod) -> None:
    with Client(mongod.uri) as client, client.start_session() as session:
        with session.start_transaction():
            client.kept.facts.insert_one({"_id": "written"}, session=session)
        mongod.kill()
        mongod.start()
        assert client.kept.facts.find_one({"_id": "written"})


def test_a_stranger_may_not_read(mongod: EmbeddedMongod) -> None:
    address = mongod.uri.split("@")[1].split("/")[0]
    with (
        Client(address, directConnection=True) as stranger,
        pytest.raises(OperationFailure, match="requires authentication"),
    ):
        stranger.kept.facts.find_one()


def test_a_taken_port_is_named(mongod: EmbeddedMongod, tmp_path: Path) -> None:
    port = int(mongod.uri.split("@")[1].split("/")[0].split(":")[1])
    with pytest.raises(StartError, match=f"Port {port}.*ROSTRUM_PORT"):
        an_embedded_mongod(tmp_path, port=port).start()


def test_the_data_follow_to_another_port_and_refuse_another_password(tmp_path: Path) -> None:
    first = an_embedded_mongod(tmp_path, password="first")
    first.start()
    first.stop()
    moved = an_embedded_mongod(tmp_path, port=free_port(), password="first")
    moved.start()
    moved.stop()
    with pytest.raises(StartError, match="another password"):
        an_embedded_mongod(tmp_path, password="second").start()
