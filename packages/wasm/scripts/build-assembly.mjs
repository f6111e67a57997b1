// Usage: node packages/wasm/scripts/build-assembly.mjs, after a change of assembly/*.ts.
import { writeFileSync } from 'node:fs';
import { kernelsAsSource } from './compile-assembly.mjs';

const source = await kernelsAsSource();
writeFileSync(new URL('../src/generated/binaries.ts', import.meta.url), source);
console.log(`src/generated/binaries.ts: ${source.length} characters`);
