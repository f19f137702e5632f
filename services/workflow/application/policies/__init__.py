"""Use cases of policies; ``checking.judged`` judges one item."""
