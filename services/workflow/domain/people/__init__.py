"""People and what they hold."""
