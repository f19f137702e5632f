"""Connecting channels, and following their registry."""
