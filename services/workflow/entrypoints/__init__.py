"""The processes of workflow: ``python -m services.workflow.entrypoints.<process>``."""
