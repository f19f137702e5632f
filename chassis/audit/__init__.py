"""The audit log: entries, their sealing into chains, signed roots, and a verifier (rule 12, A1)."""
