"""The processes of reporting: ``python -m services.reporting.entrypoints.<process>``."""
