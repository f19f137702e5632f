"""The broker behind ports: a Kafka adapter that knows every broker's quirks, and a memory twin."""
