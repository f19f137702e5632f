"""Sending what workflow leases, and looking whether it is there."""
