"""Corrections: their machine, the chain that holds them, and who passed a mistake on."""
