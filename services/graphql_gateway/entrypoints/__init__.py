"""How the processes of the gateway start."""
