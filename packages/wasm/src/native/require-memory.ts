import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { heapOf } from '../memory.ts';

/**
 * The memory of the backend, which grows when the backend needs more.
 *
 * @throws Error if it is not where this version of the backend has it, or is shared between threads.
 */
export function requireMemory(backend: BackendWasm): WebAssembly.Memory {
  const heap = heapOf(backend);
  if (!(heap.HEAPU8.buffer instanceof ArrayBuffer)) {
    throw new Error('the memory of the backend is shared between threads');
  }
  const memory = heap.asm?.memory;
  if (!(memory instanceof WebAssembly.Memory)) throw new Error('the memory of the backend cannot be reached');
  if (memory.buffer !== heap.HEAPU8.buffer) throw new Error('the memory of the backend is not its heap');
  return memory;
}
