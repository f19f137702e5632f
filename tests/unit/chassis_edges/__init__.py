"""The edges of the runtime: settings, logs, metrics, health, tokens, HTTP, the outbound guard."""
