"""The processes of ingest: ``python -m services.ingest.entrypoints.<process>``."""
