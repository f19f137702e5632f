// Asks the audits of graphql-http for their verdict on a running server.
// Usage: node graphql_http_audit.mjs <url> <bearer token>; prints one JSON line and exits 0 if all is ok.
import { auditServer } from "graphql-http";

const [url, token] = process.argv.slice(2);

const fetchFn = (address, init = {}) =>
  fetch(address, {
    ...init,
    headers: { ...init.headers, ...(token ? { Authorization: `Bearer ${token}` } : {}) },
  });

const results = await auditServer({ url, fetchFn });
const count = {};
const failed = [];
for (const result of results) {
  count[result.status] = (count[result.status] ?? 0) + 1;
  if (result.status !== "ok") {
    failed.push(`${result.status} ${result.id} ${result.name}: ${result.reason}`);
  }
}
console.log(JSON.stringify({ total: results.length, count, failed }));
process.exit(failed.length ? 1 : 0);
