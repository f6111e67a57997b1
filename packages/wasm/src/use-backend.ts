import { add, getBackend, setBackend, tidy, version_core } from '@tensorflow/tfjs-core';
import { mendKernels } from './elsewhere/mend-kernels.ts';
import { makeTrainable } from './make-trainable.ts';
import { useWasm } from './use-wasm.ts';

/** What is at work after {@link useBackend}. */
export interface BackendStatus {
  /** The tfjs backend in use. */
  readonly backend: string;
  /** Version of tfjs-core. */
  readonly tfjs: string;
  /** Kernels with a gradient from this package. */
  readonly gradients: readonly string[];
  /** Kernels of the backend that this package adds or replaces. */
  readonly kernels: readonly string[];
}

/**
 * Makes tfjs ready to train and attack on a backend other than WASM, such as `webgl` on a GPU.
 *
 * Makes it the current backend, registers the gradients that {@link useWasm} registers, and puts right kernels where the
 * backend's are missing or wrong: sums of products (`einsum`) on all, products and convolutions over an odd number of terms and crops on
 * WebGL, quotients rounded down on WebGL and WebGPU, `tensorScatterUpdate` on the cpu. Results are those on WASM but for rounding. The
 * program must have imported the backend; nothing of WASM is loaded.
 *
 * @param name - The backend's name in tfjs: `cpu`, `webgl`, `webgpu`, or one of your own; `wasm` is {@link useWasm}.
 * @returns What is at work, frozen.
 * @throws Error if there is no such backend or it does not start here, if it computes with 16 bits only, or if its numbers cannot be
 * read at once (`dataSync`), as attacks must: on WebGPU that is up to the browser. The former backend stays.
 * @example
 * ```ts
 * import { useBackend } from '@advml/wasm';
 * import '@tensorflow/tfjs-backend-cpu';
 *
 * const { kernels } = await useBackend('cpu');
 * ```
 */
export async function useBackend(name: string): Promise<BackendStatus> {
  if (name === 'wasm') return useWasm();
  const former = getBackend();
  try {
    await start(name);
    requireNumbers(name);
  } catch (error) {
    if (former) await setBackend(former);
    throw error;
  }
  const kernels = mendKernels(name);
  return Object.freeze<BackendStatus>({ backend: name, tfjs: version_core, gradients: makeTrainable(), kernels });
}

async function start(name: string): Promise<void> {
  const started = await setBackend(name).catch(() => false);
  if (started) return;
  throw new Error(
    `there is no backend '${name}' that starts here: import '@tensorflow/tfjs-backend-${name}' once before; where the browser has none, call useWasm()`,
  );
}

/** Numbers that come back as they are only from a backend that computes with 32 bits. */
const NUMBERS = [1, -3.5, 2 ** -20];

/** So many that the host does not compute them in the device's place, as it does fewer than 128 on WebGL and 1000 on WebGPU. */
const MANY = 1024;

/**
 * Refuses a backend that loses bits, as WebGL does on devices that draw to textures of 16 bits only, and one whose numbers cannot be
 * read at once: on WebGPU some browsers give zeros, and then lose the device.
 */
function requireNumbers(name: string): void {
  const many = new Float32Array(MANY);
  many.set(NUMBERS);
  const read = tidy(() => add(many, 1).dataSync().slice(0, NUMBERS.length));
  const expected = NUMBERS.map((x) => x + 1);
  if (expected.every((value, at) => value === read[at])) return;
  const isRough = expected.every((value, at) => Math.abs(value - read[at]) < 0.01);
  throw new Error(
    isRough
      ? `the backend '${name}' computes with 16 bits here, too few for gradients and distances: call useWasm() instead`
      : `the backend '${name}' gave [${read}] for [${expected}]: its numbers cannot be read at once here (dataSync), as attacks must; call ${name === 'webgl' ? '' : "useBackend('webgl') or "}useWasm() instead`,
  );
}
