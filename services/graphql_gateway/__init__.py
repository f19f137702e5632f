"""graphql_gateway: the only door for people."""
