"""Facts leave only through the outbox (rule 5)."""
