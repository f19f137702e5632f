"""The runtime under every service. Never imports a service."""
