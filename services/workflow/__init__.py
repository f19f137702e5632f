"""Workflow: the state of the program, and who may change it."""
