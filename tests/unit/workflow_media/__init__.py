"""Attached files in workflow."""
