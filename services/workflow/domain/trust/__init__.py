"""The trust ledger, and the review depth that a record earns."""
