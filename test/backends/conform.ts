import { useBackend } from '@advml/wasm';
import { backend, dispose, engine, getBackend, memory, type TensorContainer } from '@tensorflow/tfjs-core';
import { type Apart, apart } from './apart.ts';
import type { BackendCase, BackendName } from './cases/case.ts';
import { type Reading, read } from './reading.ts';

/** How far apart results may be on a backend, in units of the largest number of their list or of 0.1: rounding of float32, and what
 * attacks and optimizers make of it in a few steps. */
export const TOLERANCE: Readonly<Record<BackendName, number>> = { cpu: 2e-5, wasm: 2e-5, webgl: 5e-5, webgpu: 5e-5 };

/** What came out of a case on a backend. */
export interface Conformed {
  readonly name: string;
  /** Largest deviation from the reference; see {@link Apart}. */
  readonly deviation: number;
  readonly place: string;
  /** Why it does not hold; missing where it does. */
  readonly error?: string;
  /** What is known to be wrong on this backend; the case is marked. */
  readonly limit?: string;
}

/** Tensors of tfjs, and what the backend holds: kernels put together from others must leave nothing between. */
const held = () => [memory().numTensors, backend().numDataIds()];

/** Runs a case on a backend and reads what it found; no tensor is left. */
export async function foundOn(name: BackendName, { run }: BackendCase): Promise<Reading> {
  if (getBackend() !== name) await useBackend(name);
  const before = held();
  engine().startScope();
  let reading: Reading;
  try {
    const found = await run();
    reading = await read(found);
    dispose(found as TensorContainer);
  } finally {
    engine().endScope();
  }
  const left = held().map((count, at) => count - before[at]);
  if (left.some((count) => count !== 0)) throw new Error(`${left[0]} tensors and ${left[1]} buffers are left`);
  return reading;
}

/**
 * Runs a case on two backends.
 *
 * @param one - The case.
 * @param on - The backend that is tried.
 * @param reference - What the case found on another; see {@link foundOn}.
 * @returns How far apart the results are, and whether that is within the backend's tolerance.
 */
export async function conform(one: BackendCase, on: BackendName, reference: Reading): Promise<Conformed> {
  const { name, slack = {}, limits } = one;
  const limit = limits?.[on];
  const tolerance = TOLERANCE[on] * (slack[on] ?? 1);
  const outcome = await foundOn(on, one).then(
    (reading) => wrong(apart(reading, reference, tolerance), tolerance),
    (error: Error) => ({ deviation: Infinity, place: '', error: error.message }),
  );
  if (limit === undefined) return { name, ...outcome };
  const stale = 'error' in outcome ? {} : { error: `is right now: take away its limit, '${limit}'` };
  return { name, limit, deviation: 0, place: '', ...stale };
}

function wrong({ other, ...rest }: Apart, tolerance: number) {
  if (other !== undefined) return { ...rest, error: other };
  if (rest.deviation <= tolerance) return rest;
  return { ...rest, error: `${rest.place} is off by ${rest.deviation.toExponential(1)}, more than ${tolerance}` };
}
