"""The whole platform on one machine: database, broker, services, demonstration organizations."""
