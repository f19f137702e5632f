"""Connections: what ingest holds about a channel, its credentials and its health."""
