"""`rostrum prepare`: collections, indexes, migrations, users and topics of every service (rule 15)."""

from __future__ import annotations

import importlib
from typing import Final

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
    passwords = {s: place.secrets[f"mongo_{user}"] for s, user in MONGO_USERS.items()}
    client = connect(place.admin_uri, app_name="rostrum-prepare")
    try:
        prepare(client, place.settings.namespace, service_plans(), passwords=passwords)
    finally:
        client.close()
    prepare_topics(place)


def kafka_settings(place: Place) -> KafkaSettings:
    """How the stack itself reaches the broker."""
    return KafkaSettings(bootstrap=place.kafka_bootstrap, namespace=place.settings.namespace)


def prepare_topics(place: Place) -> None:
    """Every topic, with its number of partitions, before anybody could make it by accident."""
    broker = KafkaBroker(kafka_settings(place))
    try:
        broker.ensure_topics([topic.value for topic in Topic])
    finally:
        broker.close()
