"""Use cases of organizations."""
