// Listens with the official client of graphql-sse and prints every result as one JSON line.
// Usage: node graphql_sse_client.mjs <url> <bearer token> <document> [variables as JSON]
import { createClient } from "graphql-sse";

const [url, token, query, variables] = process.argv.slice(2);

const client = createClient({
  url,
  singleConnection: false,
  retryAttempts: 0,
  headers: { Authorization: `Bearer ${token}` },
  on: { connected: () => console.log(JSON.stringify({ connected: true })) },
});

client.subscribe(
  { query, variables: variables ? JSON.parse(variables) : undefined },
  {
    next: (result) => console.log(JSON.stringify(result)),
    error: (error) => {
      console.log(JSON.stringify({ failed: String(error?.message ?? error) }));
      process.exit(1);
    },
    complete: () => {
      console.log(JSON.stringify({ complete: true }));
      process.exit(0);
    },
  },
);
