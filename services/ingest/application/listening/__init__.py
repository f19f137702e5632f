"""Polling channels."""
