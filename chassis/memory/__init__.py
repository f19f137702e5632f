"""Twins of the stores without a database; they pass the same behavioural suites."""
