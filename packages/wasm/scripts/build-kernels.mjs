// Usage: node packages/wasm/scripts/build-kernels.mjs, after a change of kernels/*.ts.
import { writeFileSync } from 'node:fs';
import { kernelsAsSource } from './compile-kernels.mjs';

const source = await kernelsAsSource();
writeFileSync(new URL('../src/generated/kernels.ts', import.meta.url), source);
console.log(`src/generated/kernels.ts: ${source.length} characters`);
