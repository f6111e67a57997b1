/// <reference types="vite/client" />
// Runs the cases on the backend that the query names, against WASM. Read by `../browser.mjs`.
import { useWasm } from '@advml/wasm';
import plain from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url';
import simd from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import '@tensorflow/tfjs-backend-webgl';
import '@tensorflow/tfjs-backend-webgpu';
import { env } from '@tensorflow/tfjs-core';
import type { BackendName } from '../cases/case.ts';
import { topics } from '../cases/index.ts';
import { type Conformed, conform, foundOn } from '../conform.ts';

declare global {
  var findings: { readonly name: string; readonly error?: string }[] | undefined;
  var conformed: readonly Conformed[] | undefined;
}

const query = new URLSearchParams(location.search);
const backend = query.get('backend') as BackendName;
const only = new RegExp(query.get('only') ?? '');

// Small tensors go through shaders, too, not through the cpu backend.
for (const flag of ['WEBGL_CPU_FORWARD', 'WEBGPU_CPU_FORWARD']) env().set(flag, false);

async function run() {
  await useWasm({ wasmPaths: { 'tfjs-backend-wasm.wasm': plain, 'tfjs-backend-wasm-simd.wasm': simd } });
  const all: Conformed[] = [];
  for (const [topic, cases] of Object.entries(topics)) {
    for (const one of cases) {
      const name = `${topic}: ${one.name}`;
      if (!only.test(name)) continue;
      all.push({ ...(await conform(one, backend, await foundOn('wasm', one))), name });
    }
  }
  return all;
}

run()
  .then((all) => {
    globalThis.conformed = all;
    globalThis.findings = all.map(({ name, error }) => ({ name: `${backend}, ${name}`, error }));
  })
  .catch((error) => {
    globalThis.findings = [{ name: backend, error: error.message }];
  })
  .finally(() => {
    document.title = 'done';
  });
