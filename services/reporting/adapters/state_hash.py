"""One hash of everything that is folded for an organization: equal before and after a rebuild (C2)."""

from __future__ import annotations

import hashlib

from chassis.tenancy.guard import GuardedDatabase
from contracts.canonical import canonical_json
from services.reporting.adapters.collections import DAYS, FOLDS, GENERATIONS
from services.reporting.adapters.rows import fold_range, tidied


def state_hash(database: GuardedDatabase, org_id: str) -> str:
    """SHA-256 over day documents and folds of the live generation, in the order of their ids."""
    found = database[GENERATIONS].find_one({"_id": org_id, "org_id": org_id})
    digest = hashlib.sha256()
    for row in database[DAYS].find({"org_id": org_id}).sort("_id", 1):
        digest.update(canonical_json(tidied(row)))
    folds = database[FOLDS].find(fold_range(org_id, found["live"] if found else 0)).sort("_id", 1)
    for row in folds:
        kept = {key: value for key, value in row.items() if key not in {"_id", "generation"}}
        digest.update(canonical_json(kept))
    return digest.hexdigest()
