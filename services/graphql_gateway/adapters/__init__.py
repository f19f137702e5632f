"""Everything of the gateway that names a driver."""
