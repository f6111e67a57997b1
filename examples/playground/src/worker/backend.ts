// Starts the WebAssembly backend in a worker. Vite copies the two binaries beside the page and says where.
/// <reference types="vite/client" />
import { useWasm } from '@advml/wasm';
import plain from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url';
import simd from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';

export const startBackend = () =>
  useWasm({ wasmPaths: { 'tfjs-backend-wasm.wasm': plain, 'tfjs-backend-wasm-simd.wasm': simd } });
