"""Deliveries: one variant to one channel at one time, sent at most once (DOMAIN 6)."""
