"""The fixtures every other integration test stands on."""

from typing import Any

from kafka.admin import KafkaAdminClient
from pymongo import MongoClient

from tests.support.namespaces import a_namespace, drop_databases, drop_topics

Client = MongoClient[dict[str, Any]]


def test_namespaces_never_repeat(namespace: str, worker_namespace: str) -> None:
    assert len({namespace, worker_namespace, a_namespace()}) == 3


def test_dropping_a_namespace_leaves_its_neighbours(mongo_uri: str, namespace: str) -> None:
    neighbour = f"{namespace}2"
    with Client(mongo_uri) as client:
        for name in (namespace, neighbour):
            client[f"{name}_ingest"].kept.insert_one({})
        client[f"{namespace}_ingest"].command("createUser", "reader", pwd="x", roles=[])
        drop_databases(client, namespace)
        left = client.list_database_names()
        drop_databases(client, neighbour)
    assert f"{namespace}_ingest" not in left
    assert f"{neighbour}_ingest" in left


def test_dropping_topics_leaves_those_of_others(kafka_bootstrap: str, namespace: str) -> None:
    admin = KafkaAdminClient(bootstrap_servers=kafka_bootstrap)
    mine, other = f"{namespace}.ingest.arrivals", f"{namespace}2.ingest.arrivals"
    for topic in (mine, other):
        admin.create_topics({topic: {"num_partitions": 1, "replication_factor": 1}})
    drop_topics(kafka_bootstrap, [namespace])
    left = admin.list_topics()
    admin.close()
    drop_topics(kafka_bootstrap, [f"{namespace}2"])
    assert mine not in left
    assert other in left
