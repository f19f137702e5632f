"""`rostrum prepare`: collections, indexes, migrations, users and topics of every service (rule 15)."""

from __future__ import annotations

import importlib
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

from pymongo import MongoClient

from chassis.broker.kafka import KafkaBroker
from chassis.broker.kafka_settings import KafkaSettings
from chassis.mongo.client import connect
from chassis.prepare import ServicePlan, prepare
from contracts.topics import Topic
from stack.environment import MONGO_USERS, Place

SERVICES: Final = tuple(MONGO_USERS)


def service_plans() -> list[ServicePlan]:
    """What every service stores, from its ``entrypoints/prepare.py``."""
    modules = (importlib.import_module(f"services.{s}.entrypoints.prepare") for s in SERVICES)
    return [module.PLAN for module in modules]


def prepare_all(place: Place) -> None:
    """Safe to repeat. Raises Unavailable if the database or the broker is out of reach."""
    client = connect(place.admin_uri, app_name="rostrum-prepare")
    try:
        with ThreadPoolExecutor() as pool:
            topics = pool.submit(prepare_topics, place)
            done = pool.map(lambda plan: _prepare_one(client, place, plan), service_plans())
            for each in [*done, topics.result()]:
                assert each is None
    finally:
        client.close()


def _prepare_one(client: MongoClient[Any], place: Place, plan: ServicePlan) -> None:
    """One service's database and user; they touch nothing of each other's."""
    password = place.secrets[f"mongo_{MONGO_USERS[plan.service]}"]
    prepare(client, place.settings.namespace, [plan], passwords={plan.service: password})


def kafka_settings(place: Place) -> KafkaSettings:
    """How the stack itself reaches the broker."""
    settings = place.settings
    return KafkaSettings(
        bootstrap=place.kafka_bootstrap,
        namespace=settings.namespace,
        replication=settings.kafka_replication,
        security=settings.kafka_security(),
    )


def prepare_topics(place: Place) -> None:
    """Every topic, with its number of partitions, before anybody could make it by accident."""
    broker = KafkaBroker(kafka_settings(place))
    try:
        broker.ensure_topics([topic.value for topic in Topic])
    finally:
        broker.close()
