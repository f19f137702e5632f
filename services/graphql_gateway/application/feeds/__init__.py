"""Use cases of secret links to the calendar."""
