"""Kills, cuts and wipes on purpose; a checker that imports no service judges."""
