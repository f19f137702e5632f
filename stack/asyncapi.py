"""The AsyncAPI 3.0 document of what services tell each other, made from ``contracts``.

Source: https://www.asyncapi.com/docs/reference/specification/v3.0.0. Every topic is a channel, every
fact a message, every durable group an operation that receives, every speaker one that sends.
"""

from __future__ import annotations

from inspect import getdoc
from typing import Any, Final

import msgspec

from contracts import catalog as _catalog  # noqa: F401 - importing it fills REGISTRY
from contracts.facts import REGISTRY, Fact
from contracts.topics import PARTITIONS, SUBSCRIPTIONS, Group, Topic

_REF: Final = "#/components/schemas/{name}"
_HEADERS: Final = {
    "ce_specversion": "Always 1.0.",
    "ce_id": "Id of the fact; a fact that is sent again keeps it.",
    "ce_type": "Type and version of the fact.",
    "ce_source": "/rostrum/<speaker>",
    "ce_subject": "Id of the aggregate.",
    "ce_time": "When it happened, RFC 3339 with milliseconds.",
    "ce_orgid": "The organization.",
    "ce_sequence": "Gapless number within the aggregate, from 1.",
    "content-type": "application/json",
}
_MAYBE_HEADERS: Final = {
    "traceparent": "W3C trace context.",
    "ce_oldestunsent": "Creation time of the speaker's oldest unsent fact.",
}


def asyncapi() -> dict[str, Any]:
    """The whole document."""
    facts = sorted(REGISTRY.values(), key=lambda fact: fact.TYPE)
    _, schemas = msgspec.json.schema_components(facts, ref_template=_REF)
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Rostrum",
            "version": "1.0.0",
            "description": "Facts over Kafka: CloudEvents 1.0 in binary mode, JSON bodies.",
        },
        "defaultContentType": "application/json",
        "channels": {topic.value: _channel(topic, facts) for topic in Topic},
        "operations": {
            **{f"send.{topic.value}": _sends(topic) for topic in Topic},
            **{f"receive.{group.value}": _receives(group) for group in Group},
        },
        "components": {
            "messages": {fact.TYPE: _message(fact) for fact in facts},
            "schemas": {**dict(sorted(schemas.items())), "Envelope": _envelope()},
        },
    }


def _channel(topic: Topic, facts: list[type[Fact]]) -> dict[str, Any]:
    own = [fact.TYPE for fact in facts if fact.TOPIC is topic]
    return {
        "address": f"{{namespace}}.{topic.value}",
        "title": topic.value,
        "description": f"Spoken by {topic.speaker}.",
        "parameters": {"namespace": {"description": "ROSTRUM_NAMESPACE", "default": "rostrum"}},
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in own},
        "bindings": {"kafka": {"partitions": PARTITIONS}},
    }


def _message(fact: type[Fact]) -> dict[str, Any]:
    description = getdoc(fact) or ""
    return {
        "name": fact.TYPE,
        "title": fact.__name__,
        "summary": description.partition("\n")[0],
        "description": description,
        "contentType": "application/json",
        "headers": {"$ref": "#/components/schemas/Envelope"},
        "payload": {"$ref": _REF.format(name=fact.__name__)},
        "bindings": {
            "kafka": {"key": {"type": "string", "description": "<organization id>/<aggregate id>"}}
        },
    }


def _envelope() -> dict[str, Any]:
    described = {**_HEADERS, **_MAYBE_HEADERS}
    return {
        "title": "Envelope",
        "type": "object",
        "required": list(_HEADERS),
        "properties": {k: {"type": "string", "description": v} for k, v in described.items()},
    }


def _sends(topic: Topic) -> dict[str, Any]:
    return {
        "action": "send",
        "summary": f"{topic.speaker} speaks through its outbox.",
        "channel": {"$ref": f"#/channels/{topic.value}"},
    }


def _receives(group: Group) -> dict[str, Any]:
    return {
        "action": "receive",
        "summary": f"{group.reader} applies every fact once, in order of its aggregate.",
        "channel": {"$ref": f"#/channels/{SUBSCRIPTIONS[group].value}"},
        "bindings": {"kafka": {"groupId": {"type": "string", "enum": [group.value]}}},
    }
