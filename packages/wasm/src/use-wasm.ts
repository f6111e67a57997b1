import { requireOptions } from '@advml/core/internal';
import { type BackendWasm, getThreadsCount, setWasmPaths, version_wasm } from '@tensorflow/tfjs-backend-wasm';
import { backend, env, getBackend, setBackend, version_core } from '@tensorflow/tfjs-core';
import { makeTrainable } from './make-trainable.ts';
import { guardMemory } from './memory.ts';
import { type NativeKernels, startNativeKernels } from './native/native-kernels.ts';
import { enableRelaxedSimd } from './native/relaxed-simd.ts';
import { registerKernels } from './register-kernels.ts';

/** Where the binaries of the WASM backend are, for pages; Node finds them by itself. */
export interface WasmPaths {
  /** URL of the binary for browsers without SIMD. */
  readonly 'tfjs-backend-wasm.wasm': string;
  /** URL of the binary with SIMD, which all current browsers take. */
  readonly 'tfjs-backend-wasm-simd.wasm': string;
}

/** What {@link useWasm} may be told. */
export interface UseWasmOptions {
  /**
   * URLs of the two binaries, or the URL of the folder that holds them, ending in `/`. Default: beside the script.
   * Only the call that starts the backend reads it.
   */
  readonly wasmPaths?: string | WasmPaths;
  /**
   * Whether products may multiply and add in one instruction, where there is one: twice as fast, but the last bits then
   * differ between kinds of processors. Default `true`; `false` gives the same bits on all of them. Only the call that
   * starts the backend reads it.
   */
  readonly relaxed?: boolean;
}

/** What computes products, gradients of convolutions, the two-layer network and the like. */
export interface ComputeStatus {
  /** `native`: this package's module on the memory of the backend; `composed`: kernels of the backend, put together. */
  readonly kernels: 'native' | 'composed';
  /** Whether products multiply and add in one instruction (relaxed SIMD). */
  readonly relaxed: boolean;
  /** Why the native module is not at work; missing if it is. */
  readonly reason?: string;
}

/** What is at work after {@link useWasm}. */
export interface WasmStatus {
  /** The tfjs backend in use. */
  readonly backend: 'wasm';
  /** Version of tfjs-core and of the backend. */
  readonly tfjs: string;
  /** Whether the backend computes four numbers at a time. */
  readonly simd: boolean;
  /** Threads of the backend. */
  readonly threads: number;
  /** What computes products, gradients of convolutions, the two-layer network and the like. */
  readonly compute: ComputeStatus;
  /** Whether the two-layer network runs as one kernel, `SymmetricTwoLayer`. */
  readonly fused: boolean;
  /** Kernels with a gradient from this package. */
  readonly gradients: readonly string[];
  /** Kernels of the backend that this package adds or replaces. */
  readonly kernels: readonly string[];
}

/** What {@link useWasm} has started. */
interface Started {
  readonly status: WasmStatus;
  readonly native?: NativeKernels;
}

let started: Promise<Started> | undefined;

/**
 * Makes tfjs ready to train on its WASM backend: the one set-up call, in Node and in the browser.
 *
 * Starts the backend with one thread and makes it the current one, registers gradients for all backends (plain Node
 * has none) and puts native kernels where the backend's are missing, wrong or slow. Calling it again makes `wasm` the
 * current backend if another one is, and puts back gradients that were replaced, with a warning.
 *
 * Gradients that are registered later over those of this package are dropped, with one warning: importing
 * `@tensorflow/tfjs` or tfjs-layers does that. To put in another gradient on purpose, call tfjs's `unregisterGradient` first.
 *
 * Products, gradients of convolutions, the two-layer network and the like run in a module of this package, on the
 * memory of the backend. If that memory is not what it should be, they are put together from the backend's kernels, and
 * one warning says why.
 *
 * Tensors must not be written to in place: the backend packs weights once for each tensor.
 *
 * @param options - See {@link UseWasmOptions}; a page usually has to say where the binaries are.
 * @returns What is at work, frozen; the same record every time.
 * @throws InputError if there is no option of such a name.
 * @throws Error if there is no WebAssembly, if the binaries cannot be loaded, or if tfjs-core and the backend
 * are of different versions. The former backend stays.
 * @example
 * ```ts
 * import { useWasm } from '@advml/wasm';
 *
 * const { simd } = await useWasm();
 * ```
 * @example In a page built with Vite
 * ```ts
 * import plain from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url';
 * import simd from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
 * import { useWasm } from '@advml/wasm';
 *
 * await useWasm({ wasmPaths: { 'tfjs-backend-wasm.wasm': plain, 'tfjs-backend-wasm-simd.wasm': simd } });
 * ```
 */
export async function useWasm(options: UseWasmOptions = {}): Promise<WasmStatus> {
  requireOptions<UseWasmOptions>('useWasm', options, { wasmPaths: true, relaxed: true });
  started ??= start(options).catch((error) => {
    started = undefined;
    throw error;
  });
  const { status } = await started;
  if (getBackend() !== 'wasm') await select();
  makeTrainable();
  return status;
}

/** The native module, once {@link useWasm} has started it; undefined if it does not run. */
export async function nativeModule(): Promise<NativeKernels | undefined> {
  return (await started)?.native;
}

async function start({ wasmPaths, relaxed = true }: UseWasmOptions): Promise<Started> {
  if (typeof WebAssembly === 'undefined') {
    throw new Error(
      'the WASM backend needs WebAssembly, which is missing or forbidden here (content security policy?)',
    );
  }
  if (version_core !== version_wasm) {
    throw new Error(
      `tfjs-core ${version_core} and its WASM backend ${version_wasm} differ: install @tensorflow/tfjs-core ${version_wasm}`,
    );
  }
  if (wasmPaths !== undefined) setPaths(wasmPaths);
  // One thread, in Node and in every page alike: the memory stays a plain WebAssembly.Memory.
  env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  await select();
  guardMemory(backend() as BackendWasm);
  const found = await nativeKernels(relaxed);
  const native = 'reason' in found ? undefined : found;
  const kernels = registerKernels(native);
  const gradients = makeTrainable();
  const status = Object.freeze<WasmStatus>({
    backend: 'wasm',
    tfjs: version_core,
    simd: Boolean(await env().getAsync('WASM_HAS_SIMD_SUPPORT')),
    threads: getThreadsCount(),
    compute: Object.freeze<ComputeStatus>(
      'reason' in found
        ? { kernels: 'composed', relaxed: false, ...found }
        : { kernels: 'native', relaxed: found.relaxed },
    ),
    fused: kernels.includes('SymmetricTwoLayer'),
    gradients,
    kernels: Object.freeze(kernels),
  });
  return { status, native };
}

/** The native module, or why it does not run. */
async function nativeKernels(relaxed: boolean): Promise<NativeKernels | { readonly reason: string }> {
  try {
    return await startNativeKernels(backend() as BackendWasm, relaxed && enableRelaxedSimd());
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    console.warn(`@advml/wasm: slower products, because ${reason}`);
    return { reason };
  }
}

function setPaths(paths: string | WasmPaths) {
  try {
    if (typeof paths === 'string') setWasmPaths(paths);
    // The binary with threads is asked for, but never loaded.
    else setWasmPaths({ ...paths, 'tfjs-backend-wasm-threaded-simd.wasm': paths['tfjs-backend-wasm-simd.wasm'] });
  } catch (cause) {
    throw new Error('wasmPaths came too late or are incomplete: the WASM backend has been started before', { cause });
  }
}

async function select() {
  const former = getBackend();
  if (await setBackend('wasm')) return;
  if (former) await setBackend(former);
  throw new Error(
    'the WASM backend did not start (tfjs warned why): in a page, serve its .wasm files and name their URLs, useWasm({ wasmPaths }); in a bundle for Node, lay them beside it',
  );
}
