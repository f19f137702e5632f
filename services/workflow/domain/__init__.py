"""Pure state machines and rules: values in, values and facts out."""
