"""What arrives: messages as a platform tells them, and how they become arrivals."""
