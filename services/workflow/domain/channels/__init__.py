"""The registry of channels."""
