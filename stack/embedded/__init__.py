"""A real database and a real broker of the Kafka protocol, started from wheels on this machine."""
