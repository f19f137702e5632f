"""The fact log, the working documents and the day documents in MongoDB."""
