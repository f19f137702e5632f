"""How a client shows itself to the broker and knows that it is the right one."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from chassis.settings import Settings, setting


class Protocol(StrEnum):
    """What the broker speaks on its port."""

    PLAINTEXT = "PLAINTEXT"
    SSL = "SSL"
    SASL_PLAINTEXT = "SASL_PLAINTEXT"
    SASL_SSL = "SASL_SSL"


class Mechanism(StrEnum):
    """How name and password are shown."""

    PLAIN = "PLAIN"
    SCRAM_SHA_256 = "SCRAM-SHA-256"
    SCRAM_SHA_512 = "SCRAM-SHA-512"


class KafkaSecurity(Settings):
    """Encryption and sign-in; without them the broker has to be on the same machine or network."""

    kafka_protocol: Protocol = setting(
        "ROSTRUM_KAFKA_SECURITY",
        Protocol,
        default=Protocol.PLAINTEXT,
        help="What the brokers speak.",
    )
    kafka_ca_file: Path | None = setting(
        "ROSTRUM_KAFKA_CA_FILE",
        Path,
        default=None,
        help="Certificates (PEM) that the brokers' own is checked against; "
        "without it those of the machine.",
    )
    kafka_mechanism: Mechanism = setting(
        "ROSTRUM_KAFKA_SASL",
        Mechanism,
        default=Mechanism.SCRAM_SHA_512,
        help="How name and password are shown to a broker that speaks SASL.",
    )
    kafka_username: str | None = setting(
        "ROSTRUM_KAFKA_USERNAME", str, default=None, help="The name shown to the brokers."
    )
    kafka_password: str | None = setting(
        "ROSTRUM_KAFKA_PASSWORD",
        str,
        default=None,
        secret=True,
        help="The password shown to the brokers.",
    )

    def kafka_security(self) -> dict[str, str]:
        """kafka-python's options."""
        told: dict[str, str] = {"security_protocol": self.kafka_protocol.value}
        if self.kafka_protocol in (Protocol.SSL, Protocol.SASL_SSL) and self.kafka_ca_file:
            told["ssl_cafile"] = str(self.kafka_ca_file)
        if self.kafka_protocol in (Protocol.SASL_PLAINTEXT, Protocol.SASL_SSL):
            told["sasl_mechanism"] = self.kafka_mechanism.value
            told["sasl_plain_username"] = self.kafka_username or ""
            told["sasl_plain_password"] = self.kafka_password or ""
        return told
