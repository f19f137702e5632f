"""Ingest: the only service that opens connections to the outside, in both directions."""
