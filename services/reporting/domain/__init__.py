"""What is remembered of each aggregate, and how that becomes sums of days."""
