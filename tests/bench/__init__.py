"""Measurements of the whole platform, each beside the limit of its own parts in the same run."""
