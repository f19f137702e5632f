"""Tests of conversations against the real database."""
