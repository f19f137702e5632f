"""Policies: numbered clauses that cite their source, some of which run (DOMAIN 3)."""
