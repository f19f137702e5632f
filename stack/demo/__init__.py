"""Demonstration organizations: loaded once, through the same commands that people give."""
