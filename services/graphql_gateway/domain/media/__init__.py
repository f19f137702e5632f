"""What the bytes of an upload are, and which of them may stay. Pure."""
