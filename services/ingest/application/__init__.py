"""What ingest does: one use case a file."""
