import { add, engine, mul, sub, type Tensor, tensor, tidy } from '@tensorflow/tfjs-core';
import { type Box, intoBox } from './box.ts';
import { InputError } from './errors.ts';
import { hasExtraKernel, runExtraKernel } from './extra-kernels.ts';
import type { Key } from './key.ts';
import { requireMask, spread } from './mask.ts';
import type { Bounds } from './norm.ts';
import { l2, linf } from './norms.ts';
import { requireShape } from './require.ts';
import type { BatchThreat, Threat } from './threat.ts';

/**
 * Gradients or perturbations without the entries that may not change: zero there.
 *
 * @param threat - Its mask, if any, says which entries may change.
 * @param batch - [batch, ...].
 * @returns A tensor of the same shape, owned by the caller.
 * @throws {@link InputError} if the mask does not fit.
 * @example
 * ```ts
 * const step = threat.norm.steepest(restrict(threat, gradient));
 * ```
 */
export function restrict({ mask }: Threat, batch: Tensor): Tensor {
  if (!mask) return batch.clone();
  requireMask(mask, batch);
  const free = tensor(Float32Array.from(mask, Number), [1, ...batch.shape.slice(1)]);
  const result = mul(batch, free);
  free.dispose();
  return result;
}

function boundsAround(x: Tensor, box: Box | undefined): Bounds | undefined {
  return box && { low: sub(box.low, x), high: sub(box.high, x) };
}

/** One radius where all examples have the same, for there are faster ways then; one an example otherwise. */
function radiusFor(threat: Threat | BatchThreat, count: number): number | readonly number[] {
  if (!('radii' in threat)) return threat.eps;
  const { radii } = threat;
  if (radii.length !== count) throw new InputError(`the threat has ${radii.length} radii, got a batch of ${count}`);
  return radii.every((radius) => radius === radii[0]) ? radii[0] : radii;
}

/**
 * The nearest allowed perturbation, exactly: one projection onto ball, box and mask together.
 *
 * @param threat - What is allowed.
 * @param x - Inputs [batch, ...], inside the box if there is one.
 * @param delta - Wished perturbations [batch, ...].
 * @returns Allowed perturbations [batch, ...], owned by the caller.
 * @throws {@link InputError} if perturbations, mask or radii do not fit the inputs.
 * @example
 * ```ts
 * const allowed = projectDelta(threat, x, delta);
 * ```
 */
export function projectDelta(threat: Threat | BatchThreat, x: Tensor, delta: Tensor): Tensor {
  requireShape('delta', delta, x.shape);
  const radius = radiusFor(threat, x.shape[0]);
  return tidy(() => {
    const free = restrict(threat, delta);
    return projectInOnePass(threat, x, free, radius) ?? threat.norm.project(free, radius, boundsAround(x, threat.box));
  });
}

/** The projection by a kernel, where there is one; it has no gradient. */
function projectInOnePass(
  { norm, box: { low, high } = { low: -Infinity, high: Infinity } }: Threat,
  x: Tensor,
  delta: Tensor,
  radius: number | readonly number[],
): Tensor | undefined {
  if ((norm !== l2 && norm !== linf) || engine().state.gradientDepth > 0 || !hasExtraKernel('ProjectDelta'))
    return undefined;
  if (x.dtype !== 'float32' || delta.dtype !== 'float32') return undefined;
  const radii = typeof radius === 'number' ? new Float64Array(x.shape[0]).fill(radius) : radius;
  return runExtraKernel('ProjectDelta', { delta, x }, { norm: norm.name as 'l2' | 'linf', radii, low, high });
}

/**
 * A random allowed perturbation of each example: uniform in the ball of the entries that may change, then projected into
 * the box if there is one.
 *
 * @param threat - What is allowed; its radius is finite.
 * @param x - Inputs [batch, ...].
 * @param keys - One key an example.
 * @returns Perturbations [batch, ...], owned by the caller.
 * @throws {@link InputError} if the radius is infinite, or keys, mask or radii do not fit the inputs.
 * @example
 * ```ts
 * const start = randomDelta(threat, x, exampleKeys(key('attack', 0), x.shape[0]));
 * ```
 */
export function randomDelta(threat: Threat | BatchThreat, x: Tensor, keys: readonly Key[]): Tensor {
  const { norm, box, mask } = threat;
  if (keys.length !== x.shape[0])
    throw new InputError(`keys must be ${x.shape[0]}, one an example, got ${keys.length}`);
  const radius = radiusFor(threat, keys.length);
  if (radius === Infinity || (typeof radius !== 'number' && radius.includes(Infinity)))
    throw new InputError('a random point needs a ball of finite eps, got Infinity');
  const shape = x.shape.slice(1);
  const width = box && box.high - box.low < Infinity ? box.high - box.low : undefined;
  return tidy(() => {
    if (mask) requireMask(mask, x);
    const delta = mask
      ? spread(mask, norm.sample(keys, [mask.filter(Boolean).length], radius, width), shape)
      : norm.sample(keys, shape, radius, width);
    return box ? projectDelta(threat, x, delta) : delta;
  });
}

/**
 * The perturbed inputs, kept inside the box against rounding.
 *
 * @param threat - What is allowed.
 * @param x - Inputs [batch, ...].
 * @param delta - Allowed perturbations [batch, ...].
 * @returns `x + delta` [batch, ...], owned by the caller.
 * @example
 * ```ts
 * const worst = perturb(threat, x, delta);
 * ```
 */
export function perturb({ box }: Threat, x: Tensor, delta: Tensor): Tensor {
  return tidy(() => intoBox(add(x, delta), box));
}

/**
 * The first example that changed in an entry that it may not change.
 *
 * @param threat - Its mask, if any, says which entries may change.
 * @param x - Inputs [batch, ...]; read back from the backend.
 * @param worst - Perturbed inputs [batch, ...].
 * @returns Its place in the batch; -1 if there is none.
 * @example
 * ```ts
 * if (firstOffMask(threat, x, worst) >= 0) throw new Error('the attack left its mask');
 * ```
 */
export function firstOffMask({ mask }: Threat, x: Tensor, worst: Tensor): number {
  if (!mask) return -1;
  const [before, after] = [x.dataSync(), worst.dataSync()];
  const entry = before.findIndex((value, at) => !mask[at % mask.length] && value !== after[at]);
  return entry < 0 ? -1 : Math.floor(entry / mask.length);
}
