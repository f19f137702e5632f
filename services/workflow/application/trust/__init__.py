"""Use cases of trust: routes, the ledger, seats and crisis levels."""
