import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';

/** What the types of the backend leave out: its heap. */
export interface Heap {
  /** All of it; another view after the memory has grown. */
  readonly HEAPU8: Uint8Array;
  /** Present in this version of the backend, as built without threads. */
  readonly asm?: { readonly memory?: unknown };
  /** The address of a block of that many bytes. */
  _malloc: (bytes: number) => number;
  /** Gives bytes back; address 0 is none. */
  _free: (address: number) => void;
}

/** The heap of the backend. */
export function heapOf(backend: BackendWasm): Heap {
  return backend.wasm as unknown as Heap;
}

/** Addresses have 32 bits. */
const LIMIT = 2 ** 32;

/**
 * Makes the backend throw when its memory is full, whoever asks for more: a new tensor or a kernel.
 *
 * Without that it goes on with address 0, with an address for the number of bytes modulo 2^32, or with a block that ends
 * beyond the memory, and overwrites what is there. Tensors made before stay as they are.
 */
export function guardMemory(backend: BackendWasm) {
  const heap = heapOf(backend);
  heap._free(heap._malloc(1)); // at their first call the backend's functions put the compiled ones in their place
  const malloc = heap._malloc;
  heap._malloc = (bytes) => {
    const address = bytes < LIMIT ? room(heap, malloc, bytes) : 0;
    if (address === 0 && bytes > 0) throw outOfMemory(heap, `${mebibytes(bytes)} more`);
    return address;
  };
}

/**
 * The address of a block that lies inside the memory, 0 if there is none.
 *
 * The backend's `malloc` adds in 32 bits: it takes a free block near the end, however short, for one with room to spare. Such
 * blocks are kept until it has looked at the others.
 */
function room(heap: Heap, malloc: Heap['_malloc'], bytes: number): number {
  const short: number[] = [];
  for (;;) {
    const address = malloc(bytes) >>> 0;
    if (address === 0 || address + bytes <= heap.HEAPU8.length) {
      for (const each of short) heap._free(each);
      return address;
    }
    short.push(address);
  }
}

/**
 * Bytes on the WASM heap, of undefined content.
 *
 * @returns Their address; the caller frees it with `heapOf(backend)._free`. No bytes have address 0.
 * @throws RangeError if the memory is full.
 */
export function allocate(backend: BackendWasm, bytes: number): number {
  return bytes === 0 ? 0 : heapOf(backend)._malloc(bytes);
}

/** The error that a kernel failed by: XNNPACK asks for memory by itself, and aborts where that is full. */
export function failure(kernelName: string, backend: BackendWasm, error: unknown): unknown {
  const isAbort = error instanceof WebAssembly.RuntimeError && error.message.startsWith('Aborted');
  return isAbort ? outOfMemory(heapOf(backend), `what ${kernelName} needs`, { cause: error }) : error;
}

const mebibytes = (count: number) => `${Math.ceil(count / 2 ** 20)} MiB`;

function outOfMemory(heap: Heap, needed: string, options?: ErrorOptions): RangeError {
  return new RangeError(
    `the WASM memory (${mebibytes(heap.HEAPU8.length)}) has no room for ${needed}: dispose tensors or take smaller batches`,
    options,
  );
}
