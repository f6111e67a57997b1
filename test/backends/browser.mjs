// The cases on WebGL and WebGPU, against WASM, in Chromium: what the built packages compute on a GPU, which SwiftShader plays here.
// Usage: node test/backends/browser.mjs [BACKEND] [WORD...] (after the build); with words, only cases whose names have one.
import { fileURLToPath } from 'node:url';
import { checkPage, softwareGpu } from '../browser-page.mjs';

const [backend, ...words] = process.argv.slice(2);
const only = words.join('|');
const queries = (backend ? [backend] : ['webgl', 'webgpu']).map((name) => {
  return `?${new URLSearchParams({ backend: name, only })}`;
});
const patience = 30 * 60_000; // shaders are compiled by a processor that others may use, too
const root = fileURLToPath(new URL('browser', import.meta.url));
await checkPage(root, queries, [], () => globalThis.findings, { gpu: softwareGpu, patience });
