"""Corrections: their story, machine and chain."""
