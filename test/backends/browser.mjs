// The cases on WebGL and WebGPU, against WASM, in Chromium: what the built packages compute on a GPU, which SwiftShader plays here.
// Usage: node test/backends/browser.mjs [BACKEND [WORD...]] (after the build). With a backend, all of its cases, or those whose names have
// one of the words; without, a sample, since a processor compiles shaders slowly.
import { fileURLToPath } from 'node:url';
import { checkPage, softwareGpu } from '../browser-page.mjs';

/** Of each topic the sample has one case in so many. */
const sample = { webgl: 5, webgpu: 15 };

const [backend, ...words] = process.argv.slice(2);
const runs = backend
  ? [{ backend, only: words.join('|') }]
  : Object.entries(sample).map(([backend, every]) => ({ backend, every }));
const queries = runs.map((run) => `?${new URLSearchParams(run)}`);
const patience = 30 * 60_000; // others may use the processor, too
const root = fileURLToPath(new URL('browser', import.meta.url));
await checkPage(root, queries, [], () => globalThis.findings, { gpu: softwareGpu, patience });
