"""Corrections on a real mongod."""
