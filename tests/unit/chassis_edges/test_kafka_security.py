"""How a client shows itself to the broker."""

from pathlib import Path

import pytest

from chassis.broker.kafka_settings import KafkaSettings
from chassis.broker.security import KafkaSecurity
from chassis.errors import BadSettings
from chassis.settings import load


def test_nothing_said_is_plaintext() -> None:
    assert load(KafkaSecurity, {}).kafka_security() == {"security_protocol": "PLAINTEXT"}


def test_name_and_password_over_an_encrypted_line(tmp_path: Path) -> None:
    password = tmp_path / "password"
    password.write_text("kein Geheimnis\n")
    told = load(
        KafkaSecurity,
        {
            "ROSTRUM_KAFKA_SECURITY": "SASL_SSL",
            "ROSTRUM_KAFKA_CA_FILE": "/etc/ssl/brokers.pem",
            "ROSTRUM_KAFKA_SASL": "SCRAM-SHA-256",
            "ROSTRUM_KAFKA_USERNAME": "rostrum",
            "ROSTRUM_KAFKA_PASSWORD_FILE": str(password),
        },
    ).kafka_security()
    settings = KafkaSettings(bootstrap="a:1,b:2", namespace="rostrum", security=told)
    for options in (settings.producer(), settings.consumer("g"), settings.admin()):
        assert options["security_protocol"] == "SASL_SSL"
        assert options["ssl_cafile"] == "/etc/ssl/brokers.pem"
        assert options["sasl_mechanism"] == "SCRAM-SHA-256"
        assert options["sasl_plain_username"] == "rostrum"
        assert options["sasl_plain_password"] == "kein Geheimnis"


def test_an_unknown_protocol_is_refused_with_those_there_are() -> None:
    with pytest.raises(BadSettings, match=r"ROSTRUM_KAFKA_SECURITY.*SASL_SSL"):
        load(KafkaSecurity, {"ROSTRUM_KAFKA_SECURITY": "TLS"})
