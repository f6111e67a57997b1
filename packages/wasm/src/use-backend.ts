import { add, env, getBackend, setBackend, tensor1d, tidy, version_core } from '@tensorflow/tfjs-core';
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
  await start(name);
  try {
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

/**
 * Refuses a backend that loses bits, as WebGL does on devices that draw to textures of 16 bits only, and one whose numbers cannot be
 * read at once: on WebGPU some browsers give zeros, and then lose the device.
 */
function requireNumbers(name: string): void {
  const [read, expected] = [
    onDevice(() => tidy(() => add(tensor1d(NUMBERS), 1).dataSync())),
    NUMBERS.map((x) => x + 1),
  ];
  if (expected.every((value, at) => value === read[at])) return;
  const isRough = expected.every((value, at) => Math.abs(value - read[at]) < 0.01);
  throw new Error(
    isRough
      ? `the backend '${name}' computes with 16 bits here, too few for gradients and distances: call useWasm() instead`
      : `the backend '${name}' gave [${read}] for [${expected}]: its numbers cannot be read at once here (dataSync), as attacks must; call ${name === 'webgl' ? '' : "useBackend('webgl') or "}useWasm() instead`,
  );
}

/** Computes on the device what is so small that the host would compute it. */
function onDevice<Result>(work: () => Result): Result {
  const flags = ['WEBGL_CPU_FORWARD', 'WEBGPU_CPU_FORWARD'].filter((flag) => env().getFlags()[flag]);
  for (const flag of flags) env().set(flag, false);
  try {
    return work();
  } finally {
    for (const flag of flags) env().set(flag, true);
  }
}
