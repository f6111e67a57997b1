/// <reference types="vite/client" />
// Runs the cases on the backend that the query names, against WASM. Read by `../browser.mjs`.
import { useBackend, useWasm } from '@advml/wasm';
import plain from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url';
import simd from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import '@tensorflow/tfjs-backend-webgl';
import '@tensorflow/tfjs-backend-webgpu';
import { env } from '@tensorflow/tfjs-core';
import type { BackendName } from '../cases/case.ts';
import { topics } from '../cases/index.ts';
import { type Conformed, conform, foundOn } from '../conform.ts';
import { planted } from '../planted.ts';

interface Finding {
  readonly name: string;
  readonly error?: string;
  /** Why it is left out, or what is known to be wrong. */
  readonly skipped?: string;
}

declare global {
  var findings: { readonly name: string; readonly error?: string }[] | undefined;
}

const query = new URLSearchParams(location.search);
const backend = query.get('backend') as BackendName;
const only = new RegExp(query.get('only') ?? '');

// Small tensors go through shaders, too, not through the cpu backend.
for (const flag of ['WEBGL_CPU_FORWARD', 'WEBGPU_CPU_FORWARD']) env().set(flag, false);

/** Of each topic one case in so many is run. */
const every = Number(query.get('every') ?? 1);

async function run(): Promise<Conformed[]> {
  await useWasm({ wasmPaths: { 'tfjs-backend-wasm.wasm': plain, 'tfjs-backend-wasm-simd.wasm': simd } });
  const all: Conformed[] = [];
  for (const [topic, cases] of Object.entries(topics))
    for (const one of cases.filter(({ name }, at) => at % every === 0 && only.test(`${topic}: ${name}`)))
      all.push({ ...(await conform(one, backend, await foundOn('wasm', one))), name: `${topic}: ${one.name}` });
  return all;
}

/** What was farthest apart in each topic. */
const summaries = (all: readonly Conformed[]): Finding[] =>
  Object.keys(topics).flatMap((topic) => {
    const [most] = all.filter(({ name }) => name.startsWith(topic)).sort((a, b) => b.deviation - a.deviation);
    return most ? [{ name: `${backend}, at most ${most.deviation.toExponential(1)} apart in ${most.name}` }] : [];
  });

async function found(): Promise<Finding[]> {
  // WebGPU is not in every browser; nothing else may be missing.
  if (backend === 'webgpu' && !(await navigator.gpu?.requestAdapter()))
    return [{ name: backend, skipped: 'this browser has no adapter for WebGPU' }];
  const all = await run();
  return [
    ...all.map(({ name, error, limit }) => ({
      name: `${backend}, ${name}`,
      error,
      skipped: error ? undefined : limit,
    })),
    ...summaries(all),
    { name: `${backend}: a wrong gradient is found`, error: await planted(backend) },
    ...(backend === 'webgl' ? [{ name: 'webgl with 16 bits is refused', error: await halved() }] : []),
  ];
}

/** What is wrong with what is said where textures have 16 bits. */
async function halved(): Promise<string | undefined> {
  await useWasm();
  env().set('WEBGL_CPU_FORWARD', true); // as it is for users: what is small must be found by other numbers
  env().set('WEBGL_RENDER_FLOAT32_ENABLED', false);
  const message = await useBackend('webgl').then(
    () => 'nothing was said',
    (error: Error) => error.message,
  );
  return /computes with 16 bits/.test(message) ? undefined : message;
}

found()
  .then((findings) => {
    globalThis.findings = findings;
  })
  .catch((error: Error) => {
    globalThis.findings = [{ name: backend, error: error.message }];
  })
  .finally(() => {
    document.title = 'done';
  });
