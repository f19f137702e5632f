"""MongoDB: connections, transactions and units of work. Nothing outside adapters names it."""
