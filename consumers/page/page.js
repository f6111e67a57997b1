// The attack in a page, bundled by Vite, and in its worker, bundled by esbuild; both must find what `?expected=` says.
import plain from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url';
import simd from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import { attack } from '../attack.mjs';

const inPage = () => attack({ 'tfjs-backend-wasm.wasm': plain, 'tfjs-backend-wasm-simd.wasm': simd });
const inWorker = () =>
  new Promise((resolve, reject) => {
    const worker = new Worker('/worker.js');
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = ({ message }) => reject(new Error(message));
  });

const expected = new URLSearchParams(location.search).get('expected');
globalThis.findings = [];
for (const [name, find] of Object.entries({ 'a page of Vite': inPage, 'a worker of esbuild': inWorker })) {
  const found = await find().catch(String);
  globalThis.findings.push({ name, ...(found !== expected && { error: `found ${found}` }) });
}
document.title = 'done';
