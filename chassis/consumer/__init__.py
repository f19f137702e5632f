"""Durable consumers: every effect exactly once, whatever dies in between (rule 6)."""
