/// <reference types="vite/client" />

import { experimentNamed } from '@advml/experiments';
import { checksum } from '@advml/formats';
import { memoryStore, startRun } from '@advml/runs';
import { useWasm } from '@advml/wasm';
import plain from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url';
import simd from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';

/** An experiment in a page, against the checksums, in its address, of what `../browser.mjs` did in Node just before. */
declare global {
  var findings: { readonly name: string; readonly error?: string }[] | undefined;
}

async function compare(): Promise<NonNullable<typeof findings>> {
  const { experiment, overrides, ...expected } = Object.fromEntries(new URLSearchParams(location.search));
  await useWasm({ wasmPaths: { 'tfjs-backend-wasm.wasm': plain, 'tfjs-backend-wasm-simd.wasm': simd } });
  const store = memoryStore();
  await startRun(store, experimentNamed(experiment), { preset: 'smoke', overrides: JSON.parse(overrides) });
  const found: NonNullable<typeof findings> = [];
  for (const [file, inNode] of Object.entries(expected)) {
    const here = checksum((await store.read(file)) ?? new Uint8Array());
    found.push({
      name: `${experiment}: ${file} is the same as in Node`,
      error: here === inNode ? undefined : `checksum ${here}, in Node ${inNode}`,
    });
  }
  const report = await store.read('report.html');
  return [...found, { name: `${experiment}: the report is written`, error: report ? undefined : 'no report.html' }];
}

compare()
  .catch((error: Error) => [{ name: 'the experiment runs in a page', error: String(error.stack) }])
  .then((found) => {
    globalThis.findings = found;
    document.title = 'done';
  });
