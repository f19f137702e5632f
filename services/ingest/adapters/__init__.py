"""Ingest's ports over real parts."""
