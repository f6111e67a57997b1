// Usage: node packages/wasm/scripts/build-assembly.mjs, after a change of assembly/*.ts.
import { writeFileSync } from 'node:fs';
import { generated } from './compile-assembly.mjs';

for (const [name, source] of Object.entries(await generated())) {
  writeFileSync(new URL(`../src/generated/${name}`, import.meta.url), source);
  console.log(`src/generated/${name}: ${source.length} characters`);
}
