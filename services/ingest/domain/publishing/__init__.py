"""What goes out: a post as a connector gets it, and how a try ended."""
