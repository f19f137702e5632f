// Prints what the official AsyncAPI parser finds in a document, as JSON; ends with 1 if it is refused.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const { Parser } = createRequire(import.meta.url)('@asyncapi/parser');
const { document, diagnostics } = await new Parser().parse(readFileSync(process.argv[2], 'utf8'));
const found = diagnostics.map(({ severity, code, message, path }) => ({ severity, code, message, path }));
const counts = document
  ? { channels: document.channels().length, operations: document.operations().length, messages: document.messages().length }
  : null;
console.log(JSON.stringify({ counts, found }));
process.exit(document ? 0 : 1);
