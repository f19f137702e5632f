"""The engine: bindings, selection, loading, and the two GraphQL libraries under them."""
