"""What ingest knows without asking a clock, a store or a network."""
